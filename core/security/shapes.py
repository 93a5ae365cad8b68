"""What the guard needs to know of each composed model, computed once per set of addons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Column, Integer, LargeBinary, String, Table, inspect
from sqlalchemy.orm import ColumnProperty, Mapper, RelationshipDirection
from sqlalchemy.sql import visitors

from core.errors import AddonError
from core.orm.model import About, CompanyOwned, Model
from core.security.fields import guard_column
from core.security.models.user import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.orm.follows import Follows
    from core.registry.compose import Registry

NOISE = frozenset({"version", "created_at", "updated_at", "search_tokens"})
"""Columns that every write changes: they say nothing in an audit row."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that points to another model; ``collections`` are the links of that model that lead back."""

    key: str
    target: str
    collections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One composed model as the guard sees it."""

    name: str
    cls: type[Model]
    unit: str
    """The addon, or wire of one, that declares it."""
    company_owned: bool
    of_workspace: bool
    """A row without a company belongs to the whole workspace."""
    of_companies: bool
    """Shared, yet told only to people of some companies: see ``Model.of_companies``."""
    of_current: bool
    """Only the current company's rows are there, whatever else the person works in."""
    owners: tuple[tuple[str, str], ...]
    """(column, model) of the documents whose owned lines these rows are: their rules hold here too."""
    references: tuple[Reference, ...]
    groups: Mapping[str, str]
    """Attribute -> field group, also of expressions over grouped columns."""
    columns: frozenset[str]
    """Attributes that are columns of the table."""
    many_to_many: tuple[str, ...]
    audited: frozenset[str]
    """Attributes whose values an audit row keeps; empty for technical models."""
    secrets: frozenset[str]
    """Attributes whose change, but never whose value, is kept."""
    kept: bool
    """Its rows are kept in each worker: see ``core.security.kept``."""
    follows: Follows | None
    """Its rows hang on records of other models: see ``core.security.following``."""
    takes_kept: bool
    """Deleting one of its rows may delete or change kept rows, by the database's own doing."""

    @property
    def followable(self) -> bool:
        """Rows may hang on it: a record of an addon, no line of a document, and hanging on nothing itself."""
        of_another = any(owner != self.name for _key, owner in self.owners)
        return self.follows is None and not of_another and not self.name.startswith("core.")

    @property
    def follows_company(self) -> bool:
        """Its rows are of the company of the record they hang on."""
        return bool(self.follows and self.follows.pairs and self.company_owned and not self.of_workspace)


class Shapes:
    """All models of a registry, by mapper and by name."""

    def __init__(self, registry: Registry) -> None:
        mappers: list[Mapper[Any]] = [inspect(model) for model in registry.models.values()]
        self.by_table: dict[Table, str] = {
            mapper.local_table: mapper.class_.model_name
            for mapper in mappers
            if isinstance(mapper.local_table, Table)
        }
        self.by_table_name = {table.name: name for table, name in self.by_table.items()}
        self.grouped_columns = {column: group for mapper in mappers for column, group in _grouped(mapper)}
        self.association_tables = frozenset(
            link.secondary
            for mapper in mappers
            for link in mapper.relationships
            if link.secondary is not None
        )
        self._through = {
            (link.secondary, link.parent)
            for mapper in mappers
            for link in mapper.relationships
            if link.secondary is not None
        }
        self._takes_kept = {
            key.column.table
            for mapper in mappers
            if mapper.class_.__kept__
            for key in cast("Table", mapper.local_table).foreign_keys
            if key.ondelete
        }
        self.by_mapper = {mapper: self._shape(mapper) for mapper in mappers}
        self.by_name = {shape.name: shape for shape in self.by_mapper.values()}
        self.properties = {
            mapper.attrs[key]: group
            for mapper, shape in self.by_mapper.items()
            for key, group in shape.groups.items()
        }
        for prop in self.properties:
            guard_column(prop)

    def _shape(self, mapper: Mapper[Any]) -> Shape:
        cls = mapper.class_
        groups = {}
        for prop in mapper.column_attrs:
            group = self._group(prop)
            if group:
                groups[prop.key] = group
        plain = {
            prop.key: prop.columns[0] for prop in mapper.column_attrs if isinstance(prop.columns[0], Column)
        }
        audited = getattr(cls, "__audited__", True)
        _refuse_false_declaration(cls, plain)
        return Shape(
            name=cls.model_name,
            cls=cls,
            unit=cls.__composed__.table_units[mapper.local_table.name],  # type: ignore[attr-defined]  # set by compose
            company_owned=issubclass(cls, CompanyOwned) or cls.__of_company__,
            of_workspace=cls.__of_company__ and bool(plain["company_id"].nullable),
            of_companies=_declares(cls, "of_companies"),
            of_current=cls.__of_current_company__,
            owners=tuple(dict.fromkeys((*_owners(mapper), *self._linking(mapper)))),
            references=tuple(self._references(mapper, plain)),
            groups=groups,
            columns=frozenset(plain),
            many_to_many=tuple(
                link.key
                for link in mapper.relationships
                if link.direction is RelationshipDirection.MANYTOMANY and not link.viewonly
            ),
            audited=frozenset(key for key, column in plain.items() if audited and _kept(key, column)),
            secrets=frozenset(key for key, group in groups.items() if audited and group == SECRET),
            kept=cls.__kept__,
            follows=cls.__follows__,
            takes_kept=mapper.local_table in self._takes_kept,
        )

    def joins(self, shape: Shape) -> bool:
        """Whether a model's rows only join two others."""
        return inspect(shape.cls).local_table in self.association_tables

    def _linking(self, mapper: Mapper[Any]) -> Iterator[tuple[str, str]]:
        """A row that links two records belongs to the one that declares the link."""
        for table, parent in self._through:
            if table is mapper.local_table:
                for column in mapper.local_table.columns:
                    if any(key.column.table is parent.local_table for key in column.foreign_keys):
                        yield mapper.get_property_by_column(column).key, parent.class_.model_name

    def _group(self, prop: ColumnProperty[Any]) -> str:
        """The group of a column; an expression over grouped columns is as hidden as they are."""
        first = prop.columns[0]
        own = self.grouped_columns.get(first, "") if isinstance(first, Column) else ""
        if own or isinstance(first, Column):
            return own
        used = {
            self.grouped_columns.get(part, "") for part in visitors.iterate(first) if isinstance(part, Column)
        }
        used.discard("")
        if len(used) > 1:
            message = f"{prop.parent.class_.model_name}.{prop.key} mixes the field groups {sorted(used)}."
            raise AddonError(message, hint="Compute it in a service instead.")
        return next(iter(used), "")

    def _references(self, mapper: Mapper[Any], plain: dict[str, Column[Any]]) -> Iterator[Reference]:
        for key, column in plain.items():
            for foreign_key in column.foreign_keys:
                target = self.by_table.get(foreign_key.column.table)
                if target is None or key == "company_id":
                    continue
                back = [
                    link.back_populates
                    for link in mapper.relationships
                    if link.back_populates and column in link.local_columns
                ]
                yield Reference(key, target, tuple(back))


def _declares(cls: type[Model], name: str) -> bool:
    """Whether a model, a mixin or an extension of it overrides what ``Model`` says."""
    return next(base for base in cls.__mro__ if name in vars(base)) is not Model


def _grouped(mapper: Mapper[Any]) -> Iterator[tuple[Column[Any], str]]:
    for column in cast("Table", mapper.local_table).columns:
        about = column.info.get("about")
        if isinstance(about, About) and about.group:
            if column.foreign_keys:
                where = f"{mapper.class_.model_name}.{column.key}"
                message = f"{where} is a reference and in the field group '{about.group}'."
                raise AddonError(
                    message, hint="Following the link would show it: hide the target's rows instead."
                )
            if column.key in getattr(mapper.class_, "__searchable__", ()):
                message = f"{mapper.class_.model_name}.{column.key} is searchable and in '{about.group}'."
                raise AddonError(message, hint="Searching would find out its value.")
            yield column, about.group


def _refuse_false_declaration(cls: type[Model], plain: Mapping[str, Column[Any]]) -> None:
    """Refuse ``follows`` with unknown columns, on a model whose rows are kept in memory, or left out."""
    follows = cls.__follows__
    if follows is None:
        if pair := _undeclared(cls, plain):
            message = f"{cls.model_name} names records by {pair[0]} and {pair[1]} and does not say follows=."
            raise AddonError(message, hint=f'Write follows=("{pair[0]}", "{pair[1]}") beside its name.')
        return
    if unknown := sorted(follows.keys - plain.keys()):
        message = f"{cls.model_name} follows or fixes the column '{unknown[0]}', which it does not have."
        raise AddonError(message, hint="Check the names in follows=, mine= and fixed=.")
    if cls.__kept__:
        message = f"{cls.model_name} is kept in memory and follows records."
        raise AddonError(message, hint="Leave __kept__ out: whether a record may be read is asked each time.")


def _undeclared(cls: type[Model], plain: Mapping[str, Column[Any]]) -> tuple[str, str] | None:
    """Two columns that name a model and one of its records, by what they are called."""
    for key, column in plain.items():
        start = key.removesuffix("model")
        if key != "model" and not key.endswith("_model"):
            continue
        for number in (f"{start}id", "record_id", "res_id", "object_id"):
            other = plain.get(number)
            if number == "id" or other is None or other.foreign_keys:
                continue
            if isinstance(column.type, String) and isinstance(other.type, Integer):
                return key, number
    return None


def _owners(mapper: Mapper[Any]) -> Iterator[tuple[str, str]]:
    """Columns by which a row is an owned line of a document: the other side deletes its orphans."""
    for link in mapper.relationships:
        for other in link._reverse_property:
            if other.cascade.delete_orphan and link.direction is RelationshipDirection.MANYTOONE:
                for column in link.local_columns:
                    yield mapper.get_property_by_column(column).key, other.parent.class_.model_name


def _kept(key: str, column: Column[Any]) -> bool:
    about = column.info.get("about")
    internal = isinstance(about, About) and (about.internal or about.group == SECRET)
    return key not in NOISE and key != "id" and not internal and not isinstance(column.type, LargeBinary)


def shapes_of(registry: Registry) -> Shapes:
    """The shapes of all models of the workspace, made at their first use: what no company at hand uses is
    there nevertheless."""
    return registry.whole.memo("security.shapes", Shapes)
