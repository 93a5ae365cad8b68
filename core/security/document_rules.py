"""What the guard needs to know of documents and their lines, computed once per set of addons."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, inspect
from sqlalchemy.orm import RelationshipDirection
from sqlalchemy.sql import visitors

from core.errors import AddonError
from core.orm.document import Condition, Document, DocumentFields
from core.security.evaluate import Answer, decide
from core.security.shapes import NOISE, shapes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement

    from core.orm.model import Model
    from core.registry.compose import Registry
    from core.security.evaluate import Values
    from core.security.shapes import Shape, Shapes


@dataclass(frozen=True, slots=True)
class Owner:
    """How a line leads to what owns it; ``link`` is empty where only the column does."""

    key: str
    model: str
    link: str
    collections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """One document: its own declaration with what other addons added."""

    name: str
    model: type[Model]
    declared: Document
    closed: ColumnElement[bool] | None
    agreed: ColumnElement[bool] | None
    amend: Callable[[Any, Any, Mapping[str, Any]], None] | None
    total: Callable[[Any, Any], None] | None
    decisive: frozenset[str]
    """The columns that its conditions look at."""

    def condition(self, values: Values) -> Condition | None:
        """The condition of a row with these values; None where only the database can tell."""
        answers = [
            Answer.NO if criterion is None else decide(criterion, values)
            for criterion in (self.closed, self.agreed)
        ]
        if answers[0] is Answer.YES:
            return Condition.CLOSED
        if Answer.UNDECIDED in answers:
            return None
        return Condition.AGREED if answers[1] is Answer.YES else Condition.DRAFT


@dataclass(frozen=True, slots=True)
class RowRules:
    """A model whose rows are documents, or belong to one, or both."""

    name: str
    shape: Shape
    document: DocumentRules | None
    owners: tuple[Owner, ...]
    service: frozenset[str]
    computed: frozenset[str]
    free: Mapping[Condition, frozenset[str]]
    fixed: frozenset[str]
    begins_with: Mapping[str, Any]
    """What columns that others must not set hold on a new row that says nothing."""


class Documents:
    """All documents of a registry and the models of their lines, by name."""

    def __init__(self, registry: Registry) -> None:
        shapes = shapes_of(registry)
        self.rules: dict[str, DocumentRules] = {}
        for name, model in registry.models.items():
            if model.__document__ is not None:
                self.rules[name] = _document(model, model.__document__)
        self.rows: dict[str, RowRules] = {
            name: self._row(registry, shapes, shape)
            for name, shape in shapes.by_name.items()
            if name in self.rules or self._documents(shapes, shape, frozenset())
        }

    def _documents(self, shapes: Shapes, shape: Shape, seen: frozenset[str]) -> bool:
        """Whether the rows of a model belong, over any number of owners, to a document."""
        return any(
            owner in self.rules
            or (owner not in seen and self._documents(shapes, shapes.by_name[owner], seen | {owner}))
            for _key, owner in shape.owners
            if owner != shape.name
        )

    def _row(self, registry: Registry, shapes: Shapes, shape: Shape) -> RowRules:
        named = _merged(registry, shape.name)
        known = shape.columns | frozenset(shape.many_to_many)
        for name in (name for one in fields(named) for name in getattr(named, one.name)):
            if name not in known:
                raise AddonError(
                    f"{shape.name}: its document declaration names '{name}', which is no column of it.",
                    hint="Name columns by their key, such as party_id.",
                )
        service, computed = frozenset(named.service_fields), frozenset(named.computed_fields)
        if shape.name in self.rules and self.rules[shape.name].declared.services_only:
            service = shape.columns - NOISE - {"id", "company_id"}
        owned = self._owners(shapes, shape)
        return RowRules(
            name=shape.name,
            shape=shape,
            document=self.rules.get(shape.name),
            owners=tuple(owned),
            service=service,
            computed=computed,
            free={
                Condition.AGREED: frozenset(named.free_when_agreed) | service | computed | NOISE,
                Condition.CLOSED: frozenset(named.free_when_closed) | service | NOISE,
            },
            fixed=frozenset(named.fixed_when_agreed),
            begins_with={key: _default(shape.cls, key) for key in service | computed},
        )

    def _owners(self, shapes: Shapes, shape: Shape) -> list[Owner]:
        mapper: Any = inspect(shape.cls)
        found = []
        for key, owner in shape.owners:
            above = shapes.by_name[owner]
            if owner not in self.rules and not self._documents(shapes, above, frozenset({shape.name})):
                continue
            links = [
                link
                for link in mapper.relationships
                if link.direction is RelationshipDirection.MANYTOONE
                and any(mapper.get_property_by_column(column).key == key for column in link.local_columns)
                and any(other.cascade.delete_orphan for other in link._reverse_property)
            ]
            collections = tuple(
                other.key for link in links for other in link._reverse_property if other.cascade.delete_orphan
            )
            found.append(Owner(key, owner, links[0].key if links else "", collections))
        return found


def documents_of(registry: Registry) -> Documents:
    """The documents of a registry, made at its first use."""
    return registry.memo("security.documents", Documents)


def _merged(registry: Registry, name: str) -> DocumentFields:
    """The fields that the model, its mixins and every extension of it name."""
    declared: list[DocumentFields] = [
        one
        for fragment in registry.model(name).__mro__
        for attribute in ("__document__", "__document_fields__")
        if (one := vars(fragment).get(attribute)) is not None
    ]
    names = [one.name for one in fields(DocumentFields)]
    return DocumentFields(
        **{key: tuple(dict.fromkeys(n for one in declared for n in getattr(one, key))) for key in names}
    )


def _document(model: type[Any], declared: Document) -> DocumentRules:
    if not (model.is_versioned or declared.services_only):
        raise AddonError(
            f"{model.model_name} declares __document__ and has no version.",
            hint="Leave versioned=False out: the version of a document goes up with its lines.",
        )
    closed = declared.closed_when(model) if declared.closed_when else None
    if declared.services_only:
        closed = model.id.is_not(None)
    agreed = declared.agreed_when(model) if declared.agreed_when else None
    return DocumentRules(
        name=model.model_name,
        model=model,
        declared=declared,
        closed=closed,
        agreed=agreed,
        amend=_service(model, declared.amended_by),
        total=_service(model, declared.totals_by),
        decisive=_columns(model, closed, agreed),
    )


def _columns(model: type[Any], *criteria: Any) -> frozenset[str]:
    """The attributes of a model that some criteria look at."""
    mapper: Any = inspect(model)
    given = [one for one in criteria if one is not None]
    parts: list[Any] = [part for one in given for part in visitors.iterate(one)]
    return frozenset(
        mapper.get_property_by_column(mapper.local_table.c[part.name]).key
        for part in parts
        if isinstance(part, Column) and part.name in mapper.local_table.c
    )


def _service(model: type[Any], path: str) -> Any:
    """A service named below the folder of the addon, or of the wire, that declares the document."""
    if not path:
        return None
    module, _colon, name = path.partition(":")
    declaring = next(fragment for fragment in model.__mro__ if vars(fragment).get("__document__") is not None)
    folder = declaring.__module__.rpartition(".models")[0] or declaring.__module__.rpartition(".")[0]
    try:
        return getattr(import_module(f"{folder}.{module}"), name)
    except (ImportError, AttributeError) as error:
        raise AddonError(
            f"{model.model_name}: __document__ names the service '{path}', which is not in {folder}.",
            hint='Write it like "services.orders:amended".',
        ) from error


def _default(model: type[Any], key: str) -> Any:
    mapper: Any = inspect(model)
    if key not in mapper.column_attrs:
        return None
    default = mapper.column_attrs[key].columns[0].default
    return default.arg if default is not None and default.is_scalar else None
