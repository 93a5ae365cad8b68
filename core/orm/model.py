"""Declare models. A class here is a fragment: it is mapped only once a registry composes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Integer, false, true
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from core.i18n.text import _
from core.orm.follows import Declared, Follows, declared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import MappedColumn
    from sqlalchemy.schema import SchemaItem

    from core.orm.ddl import Trigger
    from core.orm.document import Document, DocumentFields
    from core.orm.exposure import Exposure
    from core.orm.follows import Mine


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class About:
    """What screens, imports and rules need to know of a column beyond its type."""

    label: str = ""
    help: str = ""
    group: str = ""
    """A field group: only its holders read the column."""
    track: bool = False
    """A change is told on the record's timeline."""
    internal: bool = False
    """A technical column that screens, imports, exports and the API leave out."""


def about(
    label: str = "",
    *,
    help: str = "",  # noqa: A002 - the word users of forms know
    group: str = "",
    track: bool = False,
    internal: bool = False,
) -> dict[str, About]:
    """Describe a column, for ``mapped_column(..., info=about(...))``."""
    return {"about": About(label, help, group, track, internal)}


def table_name(model_name: str) -> str:
    """``crm_sales.order`` is stored in ``crm_sales_order``."""
    return model_name.replace(".", "_")


def unit_of(module: str) -> tuple[str, str]:
    """The addon and the migration unit that a module's classes belong to.

    ``addons.crm_sales.models.order`` -> ("crm_sales", "crm_sales"); a wire's models form a unit of their own:
    ``addons.bridge_crm_erp.wires.orders.models`` -> ("bridge_crm_erp", "bridge_crm_erp__orders").
    """
    parts = module.split(".")
    if parts[0] == "addons" and len(parts) > 1:
        parts = parts[1:]
    addon = parts[0]
    if len(parts) > 2 and parts[1] == "wires":
        return addon, f"{addon}__{parts[2]}"
    return addon, addon


class Model:
    """Base of every model and of every extension of a model."""

    model_name: ClassVar[str]
    addon: ClassVar[str]
    migration_unit: ClassVar[str]
    is_extension: ClassVar[bool] = False
    is_versioned: ClassVar[bool] = True

    __display__: ClassVar[str] = "name"
    __label__: ClassVar[str] = ""
    __labels__: ClassVar[str] = ""
    __searchable__: ClassVar[tuple[str, ...]] = ()
    __kept__: ClassVar[bool] = False
    """Few rows that rarely change, such as journals or units: each worker keeps them, and ``env.kept`` gives
    them all without asking the database. Write them through the session or ``env.bulk_*`` only."""
    __not_copied__: ClassVar[frozenset[str]] = frozenset()
    """Columns, and lists of links, that a copy of the record does not take over: status, dates, tokens. Each
    fragment names its own; see ``copied``."""
    __constraints__: ClassVar[Sequence[SchemaItem]] = ()
    __triggers__: ClassVar[Sequence[Trigger]] = ()
    __document__: ClassVar[Document | None] = None
    """What may still be written once it is agreed or closed, at every door; its owned lines follow it."""
    __document_fields__: ClassVar[DocumentFields | None] = None
    """On a line, or where an addon adds columns to a document: which of these are exceptions."""
    __open_when__: ClassVar[Callable[[Any], ColumnElement[bool]] | None] = None
    """Which documents wait to be finished, as a criterion on the composed model: a company cannot stop using
    the addon while it has one. Every document of a company with a status says it."""
    __of_company__: ClassVar[bool] = False
    """A row belongs to the company in its ``company_id``, or where that is empty to the whole workspace: seen
    and written like the documents of a company, but nobody fills the company in."""
    __exposure__: ClassVar[Exposure | None] = None
    """Who writes its rows, and what other programs see of it; a model of the platform is closed, one of an
    addon open, unless said otherwise."""
    __of_current_company__: ClassVar[bool] = False
    """One row per company for a record that companies share, such as what a customer bought here: only the
    current company's is seen and written, also by who works in several at once."""
    __follows__: ClassVar[Follows | None] = None
    """Its rows hang on records of other models; from the keywords ``follows``, ``mine`` and ``fixed``."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-9)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), default=now, onupdate=now, sort_order=91
    )

    if TYPE_CHECKING:
        version: Mapped[int]
        search_tokens: Mapped[list[str]]

        def __init__(self, **values: Any) -> None: ...

    def __init_subclass__(
        cls,
        *,
        name: str = "",
        extends: bool = False,
        versioned: bool = True,
        follows: Declared = (),
        mine: Sequence[str | Mine] = (),
        fixed: Sequence[str] = (),
    ) -> None:
        """``follows`` names the columns with the record that a row hangs on, ``mine`` the columns or criteria
        by which a row concerns a user, ``fixed`` what stays as it was first written; see ``Follows``."""
        super().__init_subclass__()
        if follows:
            cls.__follows__ = declared(name or cls.__name__, follows, mine, fixed)
        if not name and not extends:
            return  # a mixin, or composed by a Registry
        cls.addon, cls.migration_unit = unit_of(cls.__module__)
        cls.is_extension = extends
        if name:
            cls.model_name = f"{cls.addon}.{name}"
            cls.is_versioned = versioned

    @property
    def display_name(self) -> str:
        """How the record is called on screens and in messages."""
        return str(getattr(self, self.__display__, None) or f"#{self.id}")

    def search_text(self) -> str:
        """What a search finds the record by; the columns of ``__searchable__`` unless overridden."""
        return " ".join(str(value) for name in self.__searchable__ if (value := getattr(self, name, None)))

    def before_save(self, env: Any) -> None:
        """Normalise or derive columns; called before each flush for a new or changed record. Call super()."""

    @classmethod
    def before_bulk_update(cls, env: Any, values: Mapping[str, Any]) -> None:
        """Refuse a change of many rows at once; called before each of them is written. Call super()."""

    @classmethod
    def of_companies(cls, env: Any, entity: Any) -> ColumnElement[bool]:
        """Which rows of a shared model whoever asks may know of, by their companies; administrators too.

        All of them, unless overridden. ``entity`` is the model or an alias of it.
        """
        return true()

    def before_delete(self, env: Any) -> None:
        """Refuse with a RuleBroken, or tidy up; called before each flush for a record to be deleted. Call
        super()."""

    def locked_fields(self, env: Any) -> Mapping[str, str]:
        """Attribute -> why whoever asks only reads it on this record; forms and the API show the sentence."""
        return {}

    def __repr__(self) -> str:
        return f"<{self.model_name} {self.__dict__.get('id', 'new')}>"


class Versioned:
    """Adds the column that optimistic locking compares; stacked by the registry."""

    version: Mapped[int] = mapped_column(Integer, server_default="1", sort_order=92)


def never_open(model: Any) -> ColumnElement[bool]:
    """For ``__open_when__`` of a record that nobody has to finish."""
    return false()


def open_in(name: str, *values: Any) -> Callable[[Any], ColumnElement[bool]]:
    """For ``__open_when__``: while the attribute has one of these values."""
    return lambda model: getattr(model, name).in_(values)


def open_until(name: str, *values: Any) -> Callable[[Any], ColumnElement[bool]]:
    """For ``__open_when__``: until the attribute has one of these values."""
    return lambda model: getattr(model, name).not_in(values)


class CompanyOwned:
    """A record of one company (legal entity): other companies of the workspace never see it."""

    company_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("core_company.id"), index=True, info=about(_("Company"))
    )
    company = declared_attr(
        lambda cls: relationship(
            lambda: cls.__composed__.model("core.company"),
            viewonly=True,
            foreign_keys=lambda: [cls.__table__.c.company_id],
            remote_side=lambda: cls.__composed__.model("core.company").__table__.c.id,
        )
    )
    """For reading: its column stands in lists while several companies are looked at."""


def reference(
    model_name: str,
    *,
    nullable: bool = False,
    ondelete: str | None = None,
    index: bool = True,
    **options: Any,
) -> MappedColumn[Any]:
    """A foreign key to a model by name, indexed."""
    target = ForeignKey(f"{table_name(model_name)}.id", ondelete=ondelete)
    return mapped_column(BigInteger, target, nullable=nullable, index=index, **options)


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How a relationship is followed; see ``link``."""

    target: str
    key: str
    back: str
    many: bool
    through: str
    order_by: str
    owned: bool
    lazy: Any
    inverse: str


class Link(declared_attr[Any]):
    """A relationship that survives composition; SQLAlchemy refuses a bare one on a fragment."""

    def __init__(self, options: LinkOptions) -> None:
        self.options = options
        self.name = ""
        super().__init__(lambda cls: self._relationship(cls))  # a lambda: SQLAlchemy reads return annotations

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _relationship(self, cls: Any) -> Any:
        chosen = self.options
        composed = cls.__composed__
        options: dict[str, Any] = {"uselist": chosen.many, "lazy": chosen.lazy}
        if chosen.inverse:
            key = f"{chosen.inverse}_id"
            options["foreign_keys"] = lambda: [composed.model(chosen.target).__table__.c[key]]
            return relationship(lambda: composed.model(chosen.target), viewonly=True, **options)
        if chosen.back:
            options["back_populates"] = chosen.back
        if chosen.order_by:
            options["order_by"] = lambda: getattr(composed.model(chosen.target), chosen.order_by)
        if chosen.owned:
            options |= {"cascade": "all, delete-orphan", "passive_deletes": True}
        if chosen.through:
            options["secondary"] = lambda: composed.model(chosen.through).__table__
        else:
            key = chosen.key or (f"{chosen.back}_id" if chosen.many else f"{self.name}_id")
            holder = chosen.target if chosen.many else cls.model_name
            options["foreign_keys"] = lambda: [composed.model(holder).__table__.c[key]]
            if not chosen.many:
                options["remote_side"] = lambda: composed.model(chosen.target).__table__.c.id
        return relationship(lambda: composed.model(chosen.target), **options)


def link(
    target: str,
    *,
    key: str = "",
    back: str = "",
    many: bool = False,
    through: str = "",
    order_by: str = "",
    owned: bool = False,
    lazy: Any = "select",
    inverse: str = "",
) -> Any:
    """A relationship to a model by name.

    To one: follows the column ``<attribute>_id`` of this model, or ``key``. To many: follows the column
    ``key`` of the
    target, by default ``<back>_id``. ``back`` names the attribute on the other side, which must name this
    one in
    return. ``owned`` lines live and die with their document. Many to many: ``through`` names the model that
    holds the
    two references. ``inverse``: to the one row of the target that points here, for reading; it names the
    attribute on the other side.
    """
    return Link(LinkOptions(target, key, back, many, through, order_by, owned, lazy, inverse))


def declared_by(model: type[Any], name: str) -> str:
    """The addon whose fragment or mixin of a composed model declares an attribute: its catalog names it."""
    for fragment in model.__mro__[1:]:
        own = vars(fragment)
        if name in own or name in own.get("__annotations__", {}):
            return unit_of(fragment.__module__)[0]
    return str(model.addon)
