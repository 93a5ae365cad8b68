"""Record rules as an option that SQLAlchemy asks, while it compiles a statement, for every entity it meets.

One option stands for all rules of an Env. Its cache key is a constant of the access plus the values in it: a
statement costs the same to look up whether three rules apply or three hundred, and the compiled SQL is shared
by all users whose rules have the same form.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import ref

from sqlalchemy import BigInteger, ColumnElement, String, and_, bindparam, false, or_, select, true
from sqlalchemy.orm import Mapper, aliased
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.cache_key import NO_CACHE

from core.security import following
from core.security.fields import HIDDEN
from core.security.refusals import OperationRefused
from core.security.statements import inspect_statement
from core.security.usage import users_of_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.env import Env
    from core.security.guard import GuardedSession
    from core.security.plan import ModelPlan, Plan
    from core.security.shapes import Shape

RULES_KEPT: Final = 300
"""Of all workspaces and people together: those that were made first are forgotten."""


class RowRule(LoaderCriteriaOption):
    """The criterion of one model. SQLAlchemy adds it wherever the model stands: aliases, joins, eager loads,
    EXISTS, subqueries, common table expressions."""

    inherit_cache = True

    def __init__(self, rules: Rules, mapper: Mapper[Any], plan: ModelPlan) -> None:
        self.root_entity = None
        self.entity = mapper
        self.deferred_where_criteria = False
        self.include_aliases = True
        self.propagate_to_loaders = True
        self.rules = rules
        self.model = plan

    def _should_include(self, compile_state: Any) -> bool:
        """Not inside a rule: its author knows what it compares with."""
        return not compile_state._containing_loader_criteria

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        criterion = self.rules.criterion(self.model, "r", ext_info.entity)
        self.where_criteria = true() if criterion is None else criterion
        return super()._resolve_where_criteria(ext_info)


class Rules(CriteriaOption):
    """All read rules of one Env, as one statement option."""

    propagate_to_loaders = False

    def __init__(
        self,
        env: Env,
        plan: Plan,
        like: Rules | None = None,
        *,
        way: str = following.ASKED,
        beside: following.Record | None = None,
    ) -> None:
        """``like``: rules of the same person in the same companies, made in another transaction or for
        another ``way`` of reading what hangs on records; ``beside``: the record it was opened for."""
        self.plan = plan
        self.company_ids = frozenset(env.company_ids)
        self._env = ref(env)  # compiled statements are cached, and keep the option that made them
        self._current = env.company_id if env.company_id in self.company_ids else None
        self._company: Any = like._company if like else self._company_values(env.company_ids)
        self._partly: dict[str, frozenset[int]] = like._partly if like else users_of_parts(env.scope)
        self._using: dict[str, Any] = (
            like._using
            if like
            else {unit: self._company_values(tuple(ids)) for unit, ids in self._partly.items()}
        )
        self._here: Any = like._here if like else bindparam(None, self._current, BigInteger, unique=True)
        self._own: dict[tuple[str, str], ColumnElement[bool]] = dict(like._own) if like else {}
        self._plain: dict[tuple[str, str], ColumnElement[bool] | None] = dict(like._plain) if like else {}
        self._static: Any
        self._binds: list[Any]
        self.beside_model: Any = bindparam(None, beside.model if beside else "", String, unique=True)
        self.beside_id: Any = bindparam(None, beside.id if beside else 0, BigInteger, unique=True)
        self.way = way
        self._static, self._binds = (like._static, like._binds) if like else self._key()
        if way != following.ASKED and self._static is not NO_CACHE:
            self._static = (way, self._static)
            self._binds = [*self._binds, self.beside_model, self.beside_id]

    def lasts(self) -> bool:
        """Whether the conditions hold for longer than this instant."""
        return self._static is not NO_CACHE and not any(
            isinstance(one.value, datetime) for one in self._binds
        )

    @staticmethod
    def _company_values(ids: tuple[int, ...]) -> Any:
        if len(ids) == 1:
            return bindparam(None, ids[0], BigInteger, unique=True)
        return bindparam(None, list(ids), BigInteger, unique=True, expanding=True)

    def _key(self) -> tuple[Any, list[Any]]:
        form: list[Any] = [Rules, self.plan, min(len(self.company_ids), 2)]
        binds = [self._company, self._here, *self._using.values()]
        form += [(unit, min(len(ids), 2)) for unit, ids in self._partly.items()]
        for name, model in self.plan.models.items():
            if model.restricted("r"):
                cached = self._condition(model, "r")._generate_cache_key()
                if cached is None:
                    return NO_CACHE, []
                form.append((name, cached.key))
                binds.extend(cached.bindparams)
            if model.mine:
                cached = self._condition(model, "mine")._generate_cache_key()
                if cached is None:
                    return NO_CACHE, []
                form.append((name, "mine", cached.key))
                binds.extend(cached.bindparams)
        return tuple(form), binds

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> Any:
        if self._static is NO_CACHE:
            anon_map[NO_CACHE] = True
            return None
        bindparams.extend(self._binds)
        return self._static

    def process_compile_state(self, compile_state: Any) -> None:
        """Look at the statement once, when it is compiled; then give every entity its rule."""
        statement = getattr(compile_state, "select_statement", None)
        if statement is not None:
            inspect_statement(statement, self.plan)
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        """The same for a statement whose columns were replaced."""
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        """Put the rules where SQLAlchemy looks for them."""
        if HIDDEN in attributes:
            return
        attributes[HIDDEN] = self.plan.hidden_properties
        for mapper, plan in self.plan.closed:
            rule: Any = (
                Unreadable(self, mapper, plan)
                if plan.conditions["r"] is None
                else RowRule(self, mapper, plan)
            )
            attributes.setdefault(("additional_entity_criteria", mapper), []).append(rule)

    def criterion(
        self, model: ModelPlan, operation: str, entity: Any = None, *, way: str = ""
    ) -> ColumnElement[bool] | None:
        """What a row must satisfy: its company, the conditions of the grants, the document it is a line of,
        the record it hangs on.

        ``entity`` is an alias of the model when not the model itself; ``way`` how rows that hang on records
        are read, by default as this object says.
        """
        entity = entity or model.shape.cls
        own = self.own_criterion(model, operation, entity)
        parts = [] if own is None else [own]
        for key, owner in self.plan.owners(model.shape):
            document: Any = aliased(owner.shape.cls)  # so that no adapter takes it for the statement's own
            inner = self.criterion(owner, self.plan.through(owner, operation), document)
            if inner is not None:
                visible = select(document.id).where(inner).correlate(None)
                parts.append(getattr(entity, key).in_(visible))
        if operation == "r":
            parts += self._joined(model, entity)
            hanging = following.criterion(self, model, entity, way or self.way)
            if hanging is not None:
                parts.append(hanging)
        return and_(*parts) if parts else None

    def _joined(self, model: ModelPlan, entity: Any) -> Iterator[ColumnElement[bool]]:
        """Of what a shared record is joined to, that of the companies at work."""
        for key, target in self.plan.companies.joined(model.shape):
            other: Any = aliased(self.plan.models[target].shape.cls)
            if self.plan.models[target].conditions["r"] is None:
                yield false()
            elif (inner := self.criterion(self.plan.models[target], "r", other)) is not None:
                yield getattr(entity, key).in_(select(other.id).where(inner).correlate(None))

    def own_criterion(
        self, model: ModelPlan, operation: str, entity: Any = None
    ) -> ColumnElement[bool] | None:
        """The criterion without the document that the row may be a line of."""
        if entity is None or entity is model.shape.cls:
            key = (model.shape.name, operation)
            if key not in self._plain:
                self._plain[key] = self._compose(model, operation, model.shape.cls)
            return self._plain[key]
        return self._compose(model, operation, entity)

    def _compose(self, model: ModelPlan, operation: str, entity: Any) -> ColumnElement[bool] | None:
        parts = []
        if model.shape.company_owned:
            parts.append(self._in_companies(entity, model.shape))
        self.plan.require(model, operation)
        if model.restricted(operation):
            parts.append(self._condition_of(model, operation, entity))
        return and_(*parts) if parts else None

    def companies_for(self, shape: Shape) -> frozenset[int | None]:
        """The companies whose rows of a model the person may touch."""
        using = self._partly.get(shape.unit, self.company_ids)
        return using & {self._current} if shape.of_current else using

    def _in_companies(self, entity: Any, shape: Shape) -> ColumnElement[bool]:
        column: Any = entity.company_id
        or_none = shape.of_workspace
        if not self.company_ids:
            return column.is_(None) if or_none else false()
        if shape.of_current:
            return cast("ColumnElement[bool]", column == self._here)
        ids = self._partly.get(shape.unit, self.company_ids)
        company = self._using.get(shape.unit, self._company)
        inside = column == company if len(ids) == 1 else column.in_(company)
        return or_(column.is_(None), inside) if or_none else cast("ColumnElement[bool]", inside)

    def _condition(self, model: ModelPlan, operation: str) -> ColumnElement[bool]:
        key = (model.shape.name, operation)
        if key not in self._own:
            self._own[key] = self._ask(model, operation, model.shape.cls)
        return self._own[key]

    def _condition_of(self, model: ModelPlan, operation: str, entity: Any) -> ColumnElement[bool]:
        """The condition on an alias. Its values count as copies of those in the cache key, so that a compiled
        statement that is used again gets the values of whoever uses it."""
        own = self._condition(model, operation)
        if entity is model.shape.cls:
            return own
        aliased = self._ask(model, operation, entity)
        ours, theirs = own._generate_cache_key(), aliased._generate_cache_key()
        if ours is not None and theirs is not None:
            for original, copy in zip(ours.bindparams, theirs.bindparams, strict=True):
                if copy is not original:
                    copy._is_clone_of = original
        return aliased

    def mine(self, model: ModelPlan, entity: Any) -> ColumnElement[bool]:
        """Whether a row that hangs on a record is the reader's own."""
        return self._condition_of(model, "mine", entity)

    def _ask(self, model: ModelPlan, operation: str, entity: Any) -> ColumnElement[bool]:
        env = cast("Env", self._env())
        conditions = model.mine if operation == "mine" else model.conditions[operation]
        asked = [where(env, entity) for where in conditions or ()]
        parts = [or_(*asked)] if asked else []
        if operation != "mine" and model.shape.of_companies:
            parts.append(model.shape.cls.of_companies(env, entity))
        return and_(*parts)


def rules_of(session: GuardedSession) -> Rules:
    """The rules of a session.

    Its conditions are asked of their authors once per person, companies and day, at one version of the
    registry, unless an author reads the database or the clock to answer.
    """
    env = session.env
    scope = env.scope
    if not scope.version or scope.at is not None:
        return Rules(env, session.plan)
    known: dict[Any, Rules] = env.registry.memo("security.rules", lambda _: {})
    person = (scope.user.id, scope.user.tz, scope.company_id, scope.company_ids, scope.user_companies)
    key = (scope.workspace.schema, scope.version, session.plan, person, datetime.now(UTC).date())
    like = known.get(key)
    if like is not None:
        return Rules(env, session.plan, like)
    before = session.asked
    made = Rules(env, session.plan)
    if session.asked == before and made.lasts():
        known[key] = made
        while len(known) > RULES_KEPT:
            known.pop(next(iter(known)), None)
    return made


class Unreadable(RowRule):
    """Stands for the rule of a model that the user may not read at all."""

    inherit_cache = True

    def _should_include(self, compile_state: Any) -> bool:
        return not compile_state._containing_loader_criteria

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        raise OperationRefused(self.rules.plan.access, self.model.shape.cls, "r")
