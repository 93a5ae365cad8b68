"""The shape of every model for one set of addons and roles: what can be read, written, asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    inspect,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from core.i18n.text import humanised
from core.orm.choices import ChoiceType
from core.orm.exposure import Exposure, exposure_of
from core.orm.model import About, declared_by
from core.views.access import may_run
from core.views.catalog import lines_of, sections_of, views_of
from core.views.declare import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column
    from sqlalchemy.orm import Mapper

    from core.env import Env
    from core.registry.compose import Registry
    from core.security.access import Access
    from core.views.catalog import ModelViews
    from core.views.declare import Action, Form, Lines

KEPT = ("id", "version", "created_at", "updated_at")
"""Every record tells these; none can be written."""
IDENTITY = Annotated[int, Meta(ge=1, le=2**63 - 1)]
ASKED: dict[str, Any] = {
    "text": Annotated[str, Meta(max_length=2000)],
    "long": Annotated[str, Meta(max_length=100_000)],
    "number": Decimal,
    "money": Decimal,
    "price": Decimal,
    "quantity": Decimal,
    "rate": Decimal,
    "integer": Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)],
    "date": date,
    "datetime": Annotated[datetime, Meta(tz=True)],
    "bool": bool,
    "relation": IDENTITY,
    "choice": str,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column as programs know it."""

    name: str
    type: Any
    label: str
    help: str
    nullable: bool
    required: bool
    target: str
    """The model a reference points to; empty otherwise."""
    column: Column[Any]


@dataclass(frozen=True, slots=True)
class LineShape:
    """Lines that are written together with their document. ``needed``: what each of them must be given."""

    declared: Lines
    model: type[Any]
    attributes: dict[str, Attribute]
    writable: dict[str, str]
    tags: dict[str, type[Any]]
    needed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """One model as one set of roles may use it."""

    views: ModelViews
    attributes: dict[str, Attribute]
    """What can be read, by name."""
    writable: dict[str, str]
    """Attribute -> the path of the form it is written by: ``party_id`` -> ``party``."""
    needed: frozenset[str]
    """What a new record must be given."""
    tags: dict[str, type[Any]]
    """Links to many others, written and read as lists of ids."""
    lines: dict[str, LineShape]
    read: type[Struct]
    create: type[Struct] | None
    update: type[Struct] | None
    deletable: bool
    actions: dict[str, tuple[Action, type[Struct]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """``crm_sales.order``"""
        return self.views.name

    @property
    def model(self) -> type[Any]:
        """The composed class."""
        return self.views.model


def shapes(env: Env) -> dict[str, Shape]:
    """Return every model the person may read, by name; made once per set of addons and roles."""
    access = env.access
    key = ("rest", access.system, access.everything, access.roles)
    return env.registry.memo(key, lambda registry: _build(registry, access))


def _build(registry: Registry, access: Access) -> dict[str, Shape]:
    catalog = views_of(registry)
    return {
        name: _shape(catalog.of(name), access)
        for name in sorted(registry.models)
        if access.allows(name, "r") and is_offered(registry.models[name])
    }


def is_offered(model: type[Any]) -> bool:
    """Leave out models that are closed, and those that are all technical: nothing of them is for other
    programs."""
    return exposure_of(model) is not Exposure.CLOSED and any(
        not _about(column).internal and column.key not in KEPT for column in model.__table__.columns
    )


def _shape(views: ModelViews, access: Access) -> Shape:
    model, name = views.model, views.name
    attributes = attributes_of(model, access)
    form = views.the_form
    sections = [f for section in sections_of(form) for column in section.columns for f in column]
    fields = {n: path for n, path in _written(model, sections, attributes).items() if path != form.status}
    tags = _tags(model, sections, access)
    lines = {
        declared.path: _lines(model, declared, access)
        for declared in lines_of(form)
        if access.allows(name, "u")
    }
    title = _title(name)
    line_fields = []
    for path, shape in lines.items():
        if shape.declared.fixed:
            continue  # the document makes them itself
        more = [(tag, list[IDENTITY], UNSET) for tag in shape.tags]
        line = _struct(
            f"{title}_{_title(path)}Line", shape.attributes, shape.writable, shape.needed, more=more
        )
        line_fields.append((path, list[line], UNSET))  # type: ignore[valid-type]  # a type made at run time
    is_open = exposure_of(model) is Exposure.OPEN
    may_create = is_open and access.allows(name, "c") and views.list.create is True
    writable = {n: fields[n] for n in attributes if n in fields}
    needed = _needed(attributes, writable, sections) - _filled_in(form, writable)
    tag_fields = [(path, list[IDENTITY], UNSET) for path in tags]
    own_company = ("company_id",) if "company_id" in attributes else ()
    actions = {
        a.name: (a, _asked(f"{title}_{_title(a.name)}Action", a))
        for a in (*form.actions, *views.list.actions)
        if may_run(access, model, a)
    }
    return Shape(
        views,
        attributes,
        writable,
        needed,
        tags,
        lines,
        read=_read(title, attributes),
        create=_struct(
            f"{title}_New",
            attributes,
            (*writable, *own_company),
            needed,
            more=line_fields + tag_fields,
        )
        if may_create
        else None,
        update=_struct(f"{title}_Change", attributes, writable, frozenset(), more=tag_fields)
        if is_open and access.allows(name, "u") and form.readonly is not True
        else None,
        deletable=is_open and access.allows(name, "d") and form.deletable is not False,
        actions=actions,
    )


def attributes_of(model: type[Any], access: Access) -> dict[str, Attribute]:
    """Return the columns a set of roles may read."""
    mapper: Mapper[Any] = inspect(model)
    tables = {other.__table__.name: name for name, other in model.__composed__.models.items()}
    found = {}
    for attribute in mapper.column_attrs:
        column: Any = attribute.columns[0]
        about = _about(column)
        kind = _type(column)
        if (
            kind is None
            or about.internal
            or attribute.key == "search_tokens"
            or not access.shows_field(model, attribute.key)
        ):
            continue
        target = next((tables[key.column.table.name] for key in column.foreign_keys), "")
        found[attribute.key] = Attribute(
            name=attribute.key,
            type=kind,
            label=about.label or humanised(attribute.key, declared_by(model, attribute.key)),
            help=str(about.help),
            nullable=bool(column.nullable),
            required=not column.nullable and column.default is None and column.server_default is None,
            target=target,
            column=column,
        )
    return dict(sorted(found.items(), key=lambda item: item[0] not in KEPT))


def _about(column: Column[Any]) -> About:
    found = column.info.get("about")
    return found if isinstance(found, About) else About()


def _type(column: Column[Any]) -> Any:
    kind = column.type
    if column.key == "id" or column.foreign_keys:
        return IDENTITY
    if isinstance(kind, ChoiceType):
        return Literal[tuple(member.value for member in kind.choices)]
    if isinstance(kind, ARRAY):
        return list[str] if isinstance(kind.item_type, String) else None
    if isinstance(kind, JSONB):
        return Any
    if isinstance(kind, LargeBinary):
        return None
    for known, made in _TYPES:
        if isinstance(kind, known):
            return made(kind)
    return None


_TYPES: tuple[tuple[type[Any], Any], ...] = (
    (Boolean, lambda kind: bool),
    (SmallInteger, lambda kind: Annotated[int, Meta(ge=-(2**15), le=2**15 - 1)]),
    (BigInteger, lambda kind: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]),
    (Integer, lambda kind: Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]),
    (Numeric, lambda kind: Decimal),
    (DateTime, lambda kind: Annotated[datetime, Meta(tz=True)]),
    (Date, lambda kind: date),
    (String, lambda kind: Annotated[str, Meta(max_length=kind.length or 1_000_000)]),
)


def _tags(model: type[Any], fields: Iterable[str | Field], access: Access) -> dict[str, type[Any]]:
    """Return the links to many others that a form lets a person choose."""
    mapper: Mapper[Any] = inspect(model)
    found = {}
    for item in fields:
        path, readonly = (item, None) if isinstance(item, str) else (item.path, item.readonly)
        relation = mapper.relationships.get(path)
        if readonly is not True and relation is not None and relation.secondary is not None:
            target = relation.mapper.class_
            if access.allows(target.model_name, "r"):
                found[path] = target
    return found


def _written(
    model: type[Any], fields: Iterable[str | Field], attributes: dict[str, Attribute]
) -> dict[str, str]:
    """Return the attributes a form lets a person write, with their paths; a relation is written by its id."""
    mapper: Mapper[Any] = inspect(model)
    found = {}
    for item in fields:
        path, readonly = (item, None) if isinstance(item, str) else (item.path, item.readonly)
        if readonly is True or "." in path:
            continue
        name, relation = path, mapper.relationships.get(path)
        if relation is not None and not relation.uselist:
            name = str(mapper.get_property_by_column(next(iter(relation.local_columns))).key)
        if name in attributes and name not in KEPT and attributes[name].column.computed is None:
            found[name] = path
    return found


def _lines(model: type[Any], declared: Lines, access: Access) -> LineShape:
    mapper: Mapper[Any] = inspect(model)
    relation = mapper.relationships[declared.path]
    target = relation.mapper.class_
    attributes = attributes_of(target, access)
    names = _written(target, declared.columns, attributes)
    for own in (declared.position, declared.kind, declared.text if declared.kind else ""):
        if own in attributes:
            names[own] = own
    writable = {n: names[n] for n in attributes if n in names}
    needed = _needed(attributes, writable, declared.columns)
    if declared.picked is not None or declared.kind:
        needed = frozenset()  # what was picked fills in the rest; a section has a text alone
    return LineShape(declared, target, attributes, writable, _tags(target, declared.columns, access), needed)


def _read(title: str, attributes: dict[str, Attribute]) -> type[Struct]:
    fields = [(a.name, a.type | None if a.nullable else a.type) for a in attributes.values()]
    return msgspec.defstruct(title, fields, kw_only=True)


def _struct(
    name: str,
    attributes: dict[str, Attribute],
    names: Iterable[str],
    needed: frozenset[str],
    *,
    more: Iterable[tuple[str, Any, Any]] = (),
) -> type[Struct]:
    fields: list[Any] = []
    for key in names:
        attribute = attributes[key]
        kind = attribute.type | None if attribute.nullable else attribute.type
        if key in needed:
            fields.append((key, attribute.type))
        else:
            fields.append((key, kind | UnsetType, UNSET))
    fields += [(key, kind | UnsetType, default) for key, kind, default in more]
    return msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=True)


def _filled_in(form: Form, writable: Mapping[str, str]) -> frozenset[str]:
    """What a form fills in when nothing is said."""
    return frozenset(name for name, path in writable.items() if path in form.defaults)


def _needed(
    attributes: Mapping[str, Attribute], writable: Mapping[str, str], fields: Iterable[str | Field]
) -> frozenset[str]:
    """What a form asks a person for, whatever else is filled in: a field that only some records ask for is
    left to the form's own check."""
    specs = {
        field.path: field for item in fields for field in [Field(item) if isinstance(item, str) else item]
    }
    found = set()
    for name, path in writable.items():
        spec = specs.get(path)
        if spec is None or callable(spec.visible) or name == "company_id":  # there is a current company
            continue
        required = attributes[name].required if spec.required is None else spec.required
        if required is True:
            found.add(name)
    return frozenset(found)


def _asked(name: str, action: Action) -> type[Struct]:
    fields: list[Any] = []
    for ask in action.ask:
        kind = ASKED.get(ask.kind, Any)
        if ask.kind == "choice" and isinstance(ask.choices, tuple) and ask.choices:
            kind = Literal[tuple(value for value, _label in ask.choices)]
        if ask.required and ask.default is None:
            fields.append((ask.name, kind))
        else:
            fields.append((ask.name, kind | None | UnsetType, UNSET))
    return msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=True)


def _title(name: str) -> str:
    """``crm_sales.order_line`` is ``CrmSalesOrderLine`` in the document.

    What belongs to it follows a "_": no model is called so, as ``stage_change`` would be like a change of
    ``stage``.
    """
    return "".join(
        part[:1].upper() + part[1:] for part in name.replace(".", "_").replace("-", "_").split("_")
    )
