"""Compose, for one set of enabled addons, the mapped classes and hooks that its workspaces see."""

from __future__ import annotations

import copy
import hashlib
from collections import defaultdict
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import CheckConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column

from core.errors import AddonError
from core.hooks import manager_for
from core.orm.choices import ChoiceType
from core.orm.model import Model, Versioned, table_name
from core.orm.search import SearchTokens
from core.registry import hookspecs
from core.registry.addon import broken
from core.security.company_triggers import company_triggers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from core.orm.ddl import Trigger
    from core.registry.discovery import Discovered

M = TypeVar("M", bound=Model)
T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Searched:
    """Adds the search column; stacked by the registry under models that declare ``__searchable__``."""

    search_tokens: Mapped[list[str]] = mapped_column(
        SearchTokens, deferred=True, server_default="", sort_order=93
    )


class Registry:
    """Every fragment of a model maps to the same composed class; hooks run for enabled addons only."""

    def __init__(
        self, discovered: Discovered, enabled: Iterable[str], *, without: Iterable[str] = ()
    ) -> None:
        """``without`` leaves wires out, for writing their first migration."""
        left_out = set(without)
        self.discovered = discovered
        self.whole: Registry = self
        """Of all addons enabled in the workspace; see ``core.registry.company``."""
        self.absent: Mapping[str, frozenset[str]] = {}
        """Model -> attributes that addons add which are not used here; none where all are."""
        self.addons = discovered.closure(enabled)
        self.enabled = frozenset(self.addons)
        self.wires = tuple(
            wire
            for name in self.addons
            for wire in discovered[name].wires
            if self.enabled.issuperset(wire.needs) and wire.unit not in left_out
        )
        self.units = self.addons + tuple(wire.unit for wire in self.wires)
        self.plugins = self._plugins()
        specs = [discovered[name].hookspecs for name in self.addons]
        self.manager = manager_for([hookspecs, *(spec for spec in specs if spec)], self.plugins)
        self.hooks = self.manager.hook
        self.models: dict[str, type[Model]] = {}
        self.column_units: dict[tuple[str, str], str] = {}
        """(table, column) -> the unit whose migrations create it."""
        self.constraint_units: dict[tuple[str, str], str] = {}
        self.table_units: dict[str, str] = {}
        self.triggers: list[tuple[str, str, Trigger]] = []
        """(unit, table, trigger)"""
        self._named: dict[tuple[str, str], str] = {}
        self._memo: dict[Any, Any] = {}
        self._lock = RLock()
        self._composed: dict[type[Model], type[Model]] = {}
        self.metadata = MetaData(naming_convention=NAMING)
        self._compose()
        self.fingerprint = hashlib.sha256(" ".join(self.units).encode()).hexdigest()[:12]

    def __getitem__(self, fragment: type[M]) -> type[M]:
        try:
            return cast("type[M]", self._composed[fragment])
        except KeyError:
            if fragment in self.models.values():
                return fragment
            where = f"{fragment.__module__}.{fragment.__qualname__}"
            raise AddonError(
                f"{where} is not enabled here; declare it in declare_models or depend on it."
            ) from None

    def model(self, name: str) -> type[Any]:
        """The composed class of a model by name, e.g. "crm_sales.order"; KeyError when no enabled addon has
        it."""
        return self.models[name]

    def has(self, fragment: type[Model]) -> bool:
        """Whether an addon in use declares the fragment."""
        return fragment in self._composed and fragment.migration_unit in self.units

    @property
    def apps(self) -> frozenset[str]:
        """The enabled addons of the workspace that a company may use or not: all but the ground."""
        return self.whole.memo(
            "apps",
            lambda whole: frozenset(
                name for name in whole.addons if not whole.discovered[name].manifest.is_ground
            ),
        )

    def used(self, apps: frozenset[str]) -> Registry:
        """What companies see that use these apps: the whole when these are all."""
        if apps.issuperset(self.apps):
            return self.whole
        from core.registry.company import CompanyRegistry  # which is a registry

        return self.whole.memo(("company", apps), lambda whole: CompanyRegistry(whole, apps))

    def declared(self, hook: str) -> Iterator[tuple[str, Any]]:
        """What each plugin lists by one of the ``declare_*`` hooks, with the plugin's name.

        AddonError, which names the addon, when its own code raises.
        """
        for implementation in reversed(getattr(self.hooks, hook).get_hookimpls()):  # as pluggy calls them
            plugin = str(implementation.plugin_name)
            addon = plugin.partition("__")[0]
            try:
                items = list(implementation.function() or ())
            except AddonError as error:
                error.addon = error.addon or addon
                raise
            except Exception as error:
                raise AddonError(broken(addon, error, f" in {hook}"), addon=addon) from error
            yield from ((plugin, item) for item in items)

    def memo(self, key: Any, build: Callable[[Registry], T]) -> T:
        """Build something once for this set of addons: views, roles, schemas."""
        with self._lock:
            if key not in self._memo:
                self._memo[key] = build(self)
            return cast("T", self._memo[key])

    def fragments(self, model_name: str) -> tuple[type[Model], ...]:
        """Who makes up a model, in the order in which they stack."""
        return self._fragments[model_name]

    def _plugins(self) -> Mapping[str, ModuleType]:
        plugins: dict[str, ModuleType] = {}
        for name in self.addons:
            if hooks := self.discovered[name].hooks:
                plugins[name] = hooks
        for wire in self.wires:
            if wire.hooks:
                plugins[wire.unit] = wire.hooks
        return plugins

    def _compose(self) -> None:
        class Base(DeclarativeBase):
            metadata = self.metadata
            __composed__ = self

        stacks: dict[str, list[type[Model]]] = defaultdict(list)
        for name, fragment in self.declared("declare_models"):
            stack = stacks[self._name_of(name, fragment)]
            if not fragment.is_extension and stack:
                what = f"the model {fragment.model_name}"
                raise self.discovered.twice(what, stack[0].migration_unit, name)
            stack.append(fragment)
        self._fragments = {model_name: tuple(stack) for model_name, stack in stacks.items()}
        for model_name, fragments in self._fragments.items():
            self.models[model_name] = self._stack(Base, model_name, fragments)
            self._composed.update(dict.fromkeys(fragments, self.models[model_name]))
        try:
            Base.registry.configure()
        except KeyError as error:
            raise AddonError(
                f"A link points to the model {error}, which no enabled addon declares."
            ) from error
        for model_name, fragments in self._fragments.items():
            self._refuse_dropped_columns(self.models[model_name], fragments)
        self.triggers += company_triggers(self)

    @staticmethod
    def _name_of(addon: str, fragment: type[Model]) -> str:
        try:
            return fragment.model_name
        except AttributeError:
            text = f"Addon '{addon}': {fragment.__qualname__} needs name=\"...\" or extends=True."
            raise AddonError(text, addon=addon.partition("__")[0]) from None

    def _refuse_twice(self, model_name: str, stack: tuple[type[Model], ...]) -> None:
        """Two fragments of a model declare one attribute: of a column or link the later would replace the
        other in silence, and of a method too where its addon does not know the other."""
        known: dict[str, tuple[str, bool]] = {}
        for fragment in stack:
            unit = fragment.migration_unit
            for attribute, value in declarations(fragment).items():
                name = (value.column.name if isinstance(value, MappedColumn) else "") or attribute
                is_data = value is Mapped or isinstance(value, MappedColumn | declared_attr)
                first, was_data = known.setdefault(name, (unit, is_data))
                every_model_has = hasattr(Model, name) or name in Model.__annotations__
                if first == unit or name.startswith("__") or (every_model_has and not is_data):
                    continue
                knows = first.partition("__")[0] in self.discovered.needs(unit)
                if is_data or was_data or not knows:
                    raise self.discovered.twice(f"'{name}' on {model_name}", first, unit)

    def _stack(
        self, base: type[DeclarativeBase], model_name: str, stack: tuple[type[Model], ...]
    ) -> type[Model]:
        root = stack[0]
        if root.is_extension:
            raise AddonError(
                f"{root.__module__}.{root.__qualname__} extends {model_name}, which is not enabled."
            )
        self._refuse_twice(model_name, stack)
        table = table_name(model_name)
        if table in self.table_units:
            raise self.discovered.twice(f"the table {table}", self.table_units[table], root.migration_unit)
        extras: tuple[type, ...] = (Versioned,) if root.is_versioned else ()
        if root.__searchable__:
            extras = (*extras, Searched)
        attributes: dict[str, Any] = {
            "__tablename__": table,
            "__module__": root.__module__,
            "__doc__": root.__doc__,
        }
        if root.is_versioned:
            attributes["__mapper_args__"] = _version_mapper_args()
        bases = (*reversed(stack), *extras, base)
        composed = cast("type[Model]", type(root.__name__, bases, attributes))
        self._own_columns(composed, stack)
        self._constrain(composed, stack)
        return composed

    def _own_columns(self, composed: type[Any], stack: tuple[type[Model], ...]) -> None:
        table: Table = composed.__table__
        self.table_units[table.name] = stack[0].migration_unit
        for column in table.columns:
            owner = next((f for f in reversed(stack[1:]) if column.key in declared_names(f)), stack[0])
            self.column_units[table.name, column.name] = owner.migration_unit
            if owner is not stack[0] and not column.nullable and column.server_default is None:
                where = f"{owner.__module__}: column '{column.key}' of {owner.__name__}"
                raise AddonError(
                    f"{where} must be nullable or have a server_default.",
                    hint="Workspaces that disabled the addon still insert rows.",
                )
            if owner is not stack[0]:
                for key in column.foreign_keys:
                    if key.constraint is not None:
                        key.constraint.use_alter = True  # extensions may close a circle: such keys come last
            if isinstance(column.type, ChoiceType):
                self._add(
                    table,
                    owner.migration_unit,
                    CheckConstraint(column.type.check(column.name), name=f"{column.name}_choice"),
                )

    def _constrain(self, composed: type[Any], stack: tuple[type[Model], ...]) -> None:
        table: Table = composed.__table__
        if stack[0].__searchable__:
            self._add(
                table,
                stack[0].migration_unit,
                Index(f"ix_{table.name}_search", "search_tokens", postgresql_using="gin"),
            )
        for fragment in stack:
            for item in vars(fragment).get("__constraints__", ()):
                self._add(table, fragment.migration_unit, copy.deepcopy(item))
            for trigger in vars(fragment).get("__triggers__", ()):
                self._name_once(table, f"trigger {trigger.name}", fragment.migration_unit)
                self.triggers.append((fragment.migration_unit, table.name, trigger))

    def _add(self, table: Table, unit: str, item: Any) -> None:
        unique = isinstance(item, UniqueConstraint) or getattr(item, "unique", False)
        prefix = ("uq" if unique else "ix") if isinstance(item, UniqueConstraint | Index) else ""
        if prefix and item.name and not item.name.startswith(f"{prefix}_{table.name}_"):
            item.name = f"{prefix}_{table.name}_{item.name}"
        if item.name:
            self._name_once(table, f"constraint {item.name}", unit)
        table.append_constraint(item)  # an Index attaches to a table the same way
        self.constraint_units[table.name, str(item.name)] = unit

    def _name_once(self, table: Table, what: str, unit: str) -> None:
        first = self._named.setdefault((table.name, what), unit)
        if first != unit:
            raise self.discovered.twice(f"the {what} of {table.name}", first, unit)

    @staticmethod
    def _refuse_dropped_columns(composed: type[Model], stack: tuple[type[Model], ...]) -> None:
        """SQLAlchemy skips, silently, a bare annotation it cannot resolve on a fragment."""
        for fragment in stack:
            for attribute, annotation in vars(fragment).get("__annotations__", {}).items():
                if "Mapped[" in str(annotation) and not hasattr(composed, attribute):
                    raise AddonError(
                        f"{fragment.__module__}: column '{attribute}' of {fragment.__name__} was dropped.",
                        hint="Import its type at run time and give it an explicit mapped_column().",
                    )


def declarations(fragment: type[Model]) -> dict[str, Any]:
    """What a fragment itself, or a mixin it adds, declares, by attribute; for a column that is only
    annotated, ``Mapped`` itself."""
    found: dict[str, Any] = {}
    mixins = [
        part for base in fragment.__bases__ if not issubclass(base, Model) for part in base.__mro__[:-1]
    ]
    for part in (*reversed(mixins), fragment):
        notes = vars(part).get("__annotations__", {})
        found |= {name: Mapped for name, note in notes.items() if "Mapped[" in str(note)} | vars(part)
    return found


def declared_names(fragment: type[Model]) -> set[str]:
    """Attribute names that a fragment itself, or a mixin it adds, declares."""
    return set(declarations(fragment))


def _version_mapper_args() -> Any:
    return declared_attr.directive(lambda cls: {"version_id_col": cls.__table__.c.version})


class Registries:
    """One registry per set of addons, shared by all workspaces that chose the same set."""

    def __init__(self, discovered: Discovered) -> None:
        self.discovered = discovered
        self._cache: dict[frozenset[str], Registry] = {}
        self._lock = RLock()

    def of(self, enabled: Iterable[str]) -> Registry:
        """Compose, or give back, the registry of a set; dependencies are added."""
        key = frozenset(self.discovered.closure(enabled))
        known = self._cache.get(key)
        if known is not None:  # requests never wait while another set is composed
            return known
        with self._lock:
            if key not in self._cache:
                self._cache[key] = Registry(self.discovered, key)
            return self._cache[key]
