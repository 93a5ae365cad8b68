"""What a screen, a filter or an import must know of one attribute of a model: its kind, label and rules."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, String, Text, inspect
from sqlalchemy.ext.hybrid import hybrid_property

from core.errors import AddonError, NotAllowed
from core.i18n.text import humanised
from core.orm.choices import ChoiceType
from core.orm.model import About, declared_by
from core.orm.money import Price, Quantity, Rate

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.orm import Mapper, RelationshipProperty

    from core.orm.choices import Choice

Kind = Literal[
    "text", "long", "integer", "number", "money", "price", "quantity", "rate", "date", "datetime", "bool",
    "choice", "relation", "tags", "many", "json", "any",
]  # fmt: skip

NUMBERS = frozenset({"integer", "number", "money", "price", "quantity", "rate"})
FILTERABLE = frozenset({"text", "long", "choice", "relation", "tags", "date", "datetime", "bool"}) | NUMBERS
GROUPABLE = frozenset({"text", "choice", "relation", "date", "datetime", "bool", "integer"})
AMOUNTS = frozenset({"money", "price"})
TECHNICAL = frozenset({"id", "version", "created_at", "updated_at", "search_tokens", "company_id", "company"})
"""Columns the platform keeps for itself: never offered for editing, never shown unless a view names them."""

_ANNOTATED: dict[str, Kind] = {
    "Decimal": "number", "int": "integer", "str": "text", "Text": "text", "date": "date",
    "datetime": "datetime", "bool": "bool",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class FieldMeta:
    """One attribute, reached from ``model`` by ``path`` ("expected", "party", "party.email").

    ``stored``: the database can sort, filter and sum it. ``key``: for a relation, the attribute that holds
    the id.
    """

    model: type[Any]
    path: str
    kind: Kind
    label: str
    owner: type[Any]
    help: str = ""
    stored: bool = True
    nullable: bool = True
    has_default: bool = False
    groups: frozenset[str] = frozenset()
    """Field groups a person must hold, all of them, to read the value."""
    key: str = ""
    target: type[Any] | None = None
    choices: type[Choice] | None = None
    length: int | None = None
    hops: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Last part of the path: the attribute of ``owner``."""
        return self.path.rpartition(".")[2]

    @property
    def required(self) -> bool:
        """True when a record cannot be stored without it and nothing fills it in."""
        return self.stored and not self.nullable and not self.has_default and self.kind != "bool"

    @property
    def numeric(self) -> bool:
        """True for what is right aligned and can be added up."""
        return self.kind in NUMBERS

    @cached_property
    def attribute(self) -> Any:
        """The mapped attribute of ``owner`` that holds the value: the reference itself for a relation."""
        return getattr(self.owner, self.key or self.name)

    def of(self, record: Any) -> Any:
        """The value on a record, None when a link on the way is empty or a property reads what is hidden."""
        for hop in self.hops:
            record = getattr(record, hop)
            if record is None:
                return None
        if self.stored:
            return getattr(record, self.name)
        try:
            return getattr(record, self.name)
        except NotAllowed:
            return None


_cache: WeakKeyDictionary[type[Any], dict[str, FieldMeta]] = WeakKeyDictionary()


def field_of(model: type[Any], path: str, *, view: str = "", kind: str = "") -> FieldMeta:
    """Describe one attribute of a composed model.

    Raise AddonError for a name the model does not have, with the name of the view and the nearest name there
    is.
    """
    known = _cache.setdefault(model, {})
    found = known.get(f"{path}|{kind}")
    if found is None:
        found = known[f"{path}|{kind}"] = _read(model, path, view or model.model_name, kind)
    return found


def fields_of(model: type[Any]) -> list[FieldMeta]:
    """Every attribute a person may want to see: no technical column, a relation instead of its id."""
    mapper: Mapper[Any] = inspect(model)
    keys = {_key(mapper, relation): relation.key for relation in mapper.relationships if not relation.uselist}
    found: dict[str, FieldMeta] = {}
    for attribute in mapper.column_attrs:
        if attribute.key not in TECHNICAL and not _about(attribute.columns[0]).internal:
            name = keys.get(attribute.key, attribute.key)
            found[name] = field_of(model, name)
    return list(found.values())


def collections_of(model: type[Any]) -> list[FieldMeta]:
    """The relations to many: lines that belong to a record ("many") and links to others ("tags")."""
    return [field_of(model, r.key) for r in inspect(model).relationships if r.uselist]


def names_of(model: type[Any]) -> list[str]:
    """Every name a declaration may use on this model."""
    mapper = inspect(model)
    own = [a.key for a in mapper.attrs]
    return own + [name for name in dir(model) if not name.startswith("_") and _is_property(model, name)]


def _is_property(model: type[Any], name: str) -> bool:
    return isinstance(getattr(model, name, None), property)


def _read(model: type[Any], path: str, view: str, kind: str) -> FieldMeta:
    owner, groups = model, set[str]()
    *hops, name = path.split(".")
    for hop in hops:
        mapper = inspect(owner)
        relation = mapper.relationships.get(hop)
        if relation is None or relation.uselist:
            raise _unknown(view, path, hop, owner)
        groups.add(_about(mapper.column_attrs[_key(mapper, relation)].columns[0]).group)
        owner = relation.mapper.class_
    mapper = inspect(owner)
    common: dict[str, Any] = {"model": model, "path": path, "owner": owner, "hops": tuple(hops)}
    common["groups"] = frozenset(groups - {""})
    if name in mapper.relationships:
        return _relation(mapper, mapper.relationships[name], common)
    if name in mapper.column_attrs:
        return _column(mapper.column_attrs[name].columns[0], owner, name, kind, common)
    declared = inspect(owner).all_orm_descriptors.get(name) or getattr(owner, name, None)
    if isinstance(declared, property | hybrid_property):
        return _computed(declared, owner, name, kind, common)
    raise _unknown(view, path, name, owner)


def _unknown(view: str, path: str, name: str, owner: type[Any]) -> AddonError:
    near = difflib.get_close_matches(name, names_of(owner), n=1, cutoff=0.5)
    guess = f" Did you mean '{path.removesuffix(name)}{near[0]}'?" if near else ""
    return AddonError(f"View '{view}' names '{path}', which {owner.model_name} does not have.{guess}")


def _key(mapper: Mapper[Any], relation: RelationshipProperty[Any]) -> str:
    """The attribute that holds the id a relation to one follows."""
    column = next(iter(relation.local_columns))
    return str(mapper.get_property_by_column(column).key)


def _about(column: Any) -> About:
    found = column.info.get("about")
    return found if isinstance(found, About) else About()


def _guard(common: dict[str, Any], about: About) -> None:
    """Add the column's own field group to those of the way to it."""
    if about.group:
        common["groups"] |= {about.group}


def _label(about: About, owner: type[Any], name: str) -> str:
    return about.label or humanised(name, declared_by(owner, name))


def _relation(mapper: Mapper[Any], relation: RelationshipProperty[Any], common: dict[str, Any]) -> FieldMeta:
    owner, target = mapper.class_, relation.mapper.class_
    if relation.uselist:
        label = humanised(relation.key, declared_by(owner, relation.key))
        kind: Kind = "tags" if relation.secondary is not None else "many"
        return FieldMeta(**common, kind=kind, label=label, target=target, stored=False)
    key = _key(mapper, relation)
    column = mapper.column_attrs[key].columns[0]
    about = _about(column)
    _guard(common, about)
    return FieldMeta(
        **common, kind="relation", label=_label(about, owner, relation.key), help=about.help,
        nullable=bool(column.nullable), has_default=_filled(column), key=key,
        target=target,
    )  # fmt: skip


def _column(column: Column[Any], owner: type[Any], name: str, kind: str, common: dict[str, Any]) -> FieldMeta:
    about = _about(column)
    _guard(common, about)
    choices = column.type.choices if isinstance(column.type, ChoiceType) else None
    length = column.type.length if isinstance(column.type, String) else None
    return FieldMeta(
        **common, kind=cast("Kind", kind or _kind(column)), label=_label(about, owner, name), help=about.help,
        nullable=bool(column.nullable), has_default=_filled(column), choices=choices,
        length=length, stored=column.computed is None or column.computed.persisted is not False,
    )  # fmt: skip


def _filled(column: Any) -> bool:
    return column.default is not None or column.server_default is not None or column.computed is not None


def _kind(column: Column[Any]) -> Kind:
    kind = column.type
    if isinstance(kind, ChoiceType):
        return "choice"
    if isinstance(kind, Numeric):
        return _number(column)
    for known, name in _TYPES:
        if isinstance(kind, known):
            return name
    return "json" if type(kind).__name__.startswith("JSON") else "any"


_TYPES: tuple[tuple[type[Any], Kind], ...] = (
    (Boolean, "bool"), (DateTime, "datetime"), (Date, "date"), (Integer, "integer"), (Text, "long"),
    (String, "text"),
)  # fmt: skip


def _number(column: Column[Any]) -> Kind:
    kind: Any = column.type
    if kind is Quantity:
        return "quantity"
    if kind is Price:
        return "price"
    if kind is Rate or kind.scale == 10:
        return "rate"
    return _BY_SCALE.get(kind.scale, "number")


_BY_SCALE: dict[int | None, Kind] = {4: "money", 6: "quantity"}


def _computed(declared: Any, owner: type[Any], name: str, kind: str, common: dict[str, Any]) -> FieldMeta:
    function = declared.fget
    if not kind:
        annotation = getattr(function, "__annotations__", {}).get("return", "")
        spelt = (
            annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
        )
        kind = _ANNOTATED.get(spelt.partition(" |")[0].strip().rpartition(".")[2], "any")
    stored = isinstance(declared, hybrid_property)
    return FieldMeta(
        **common,
        kind=cast("Kind", kind),
        label=humanised(name, declared_by(owner, name)),
        stored=stored,
        has_default=True,
    )
