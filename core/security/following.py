"""Rows that hang on records of other models: who sees them, and what nobody writes into them.

A model declares ``follows=("model", "record_id")``. Its rows are seen by who may read the records they hang
on: in every statement, whoever wrote it. Rows that are asked for by themselves must also be the reader's own
(``mine``); rows reached from a record are not asked for by themselves: over a link, in a statement about
another model, or in a passage that core opens for a record it has checked (``Env.following``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import String, and_, case, exists, false, literal, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.util import identity_key

from core.errors import NotAllowed, RuleBroken
from core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement

    from core.env import Env
    from core.orm.follows import Follows
    from core.security.guard import GuardedSession
    from core.security.plan import ModelPlan
    from core.security.roles import Where
    from core.security.rules import Rules
    from core.security.shapes import Shape

ASKED: Final = "asked"
"""The rows themselves are asked for: those that are mine, on records I may read."""
REACHED: Final = "reached"
"""They are reached from another record: those on records I may read."""
BESIDE: Final = "beside"
"""All that hang on one record, which was checked."""


@dataclass(frozen=True, slots=True)
class Record:
    """The record whose rows a passage reads."""

    model: str
    id: int


class Fixed(RuleBroken):
    """What a row hangs on, and who wrote it when, stays as it was first written."""

    def __init__(self, shape: Shape, key: str) -> None:
        self.field = key
        super().__init__(
            _(
                "{kind}: {field} stays as it was first written.",
                kind=shape.cls.__label__ or shape.name,
                field=key.removesuffix("_id"),
            ),
            hint=_("Write a new one where it belongs, and delete this one if it is yours."),
        )


class NothingToFollow(NotAllowed):
    """A row would hang on a record that its writer cannot read."""

    def __init__(self, name: str, number: int) -> None:
        self.model_name, self.record_id = name, number
        super().__init__(
            _("There is no {name} number {number}, or you may not see it.", name=name, number=number),
            hint=_("Write it on the page of a record that you may see."),
        )


def whose(follows: Follows) -> tuple[Where, ...]:
    """The criteria by which a row is the reader's own."""
    return tuple(_named(one) if isinstance(one, str) else one for one in follows.mine)


def _named(column: str) -> Where:
    def names_the_reader(env: Env, model: Any) -> ColumnElement[bool]:
        return cast("ColumnElement[bool]", getattr(model, column) == (env.user.id or 0))

    return names_the_reader


def criterion(rules: Rules, model: ModelPlan, entity: Any, way: str) -> ColumnElement[bool] | None:
    """What a row must satisfy to be read on one of the ways."""
    follows = model.shape.follows
    if follows is None:
        return None
    if rules.plan.access.everything:
        return None  # an administrator reads every record of their companies
    parts: list[ColumnElement[bool]] = []
    beside = []
    for name, number in follows.pairs:
        named, numbered = getattr(entity, name), getattr(entity, number)
        here = and_(named == rules.beside_model, numbered == rules.beside_id)
        beside.append(here)
        if way == BESIDE and len(follows.pairs) == 1:
            parts.append(here)
            continue
        readable = or_(named.is_(None), on_readable(rules, model, named, numbered))
        parts.append(or_(here, readable) if way == BESIDE else readable)
    if way == BESIDE and len(beside) > 1:
        parts.append(or_(*beside))
    parts += [_of_readable(rules, model, entity, key) for key in follows.references]
    if way == ASKED and follows.mine:
        parts.append(rules.mine(model, entity))
    return and_(*parts)


def on_readable(rules: Rules, model: ModelPlan, named: Any, numbered: Any) -> ColumnElement[bool]:
    """Whether a model's name and a number are those of a record that may be read.

    One arm for each model, of which the database runs the one that the row names: a look at a primary key.
    Where a reader's companies alone decide, the row's own company does, which is that of its record.
    """
    whole = []
    arms: dict[Any, ColumnElement[bool]] = {}
    for target in rules.plan.followed:
        name = target.shape.name
        if target.open or (target.by_company and model.shape.follows_company):
            whole.append(name)
            continue
        record: Any = aliased(target.shape.cls)
        inner = rules.criterion(target, "r", record)
        found = select(record.id).where(record.id == numbered)
        arms[literal(name, String, literal_execute=True)] = exists(
            (found if inner is None else found.where(inner)).correlate_except(record)
        )
    seen = named.in_([literal(name, String, literal_execute=True) for name in whole]) if whole else false()
    return or_(seen, case(arms, value=named, else_=false())) if arms else seen


def _of_readable(rules: Rules, model: ModelPlan, entity: Any, key: str) -> ColumnElement[bool]:
    """Whether a reference leads to a row that may be read, reached from this one."""
    name = next(one.target for one in model.shape.references if one.key == key)
    target = rules.plan.models[name]
    record: Any = aliased(target.shape.cls)
    inner = rules.criterion(target, "r", record, way=REACHED)
    found = select(record.id)
    if inner is not None:
        found = found.where(inner)
    return cast("ColumnElement[bool]", getattr(entity, key).in_(found.correlate(None)))


def targets(shape: Shape, values: Callable[[str], Any]) -> Iterator[tuple[str, int]]:
    """The records that a row hangs on, by a look-up of its columns; empty pairs are passed over."""
    for name, number in shape.follows.pairs if shape.follows else ():
        model, record_id = values(name), values(number)
        if model is not None and record_id is not None:
            yield model, record_id


def refuse_fixed(shape: Shape, changed: Iterable[str]) -> None:
    """Nobody moves a row to another record, or says that somebody else wrote it at another time."""
    if shape.follows is not None:
        for key in sorted(shape.follows.frozen.intersection(changed)):
            raise Fixed(shape, key)


def refuse_foreign_name(shape: Shape, values: Callable[[str], Any], user_id: int | None) -> None:
    """A new row is written in the writer's own name, or in nobody's."""
    for key in sorted(shape.follows.signed) if shape.follows else ():
        if values(key) not in (None, user_id or None):
            raise Fixed(shape, key)


def companies_of(session: GuardedSession, followed: Mapping[str, set[int]]) -> dict[tuple[str, int], int]:
    """The companies of records that new rows hang on; left out are those that companies share, or that are
    not there."""
    found: dict[tuple[str, int], int] = {}
    for name, ids in followed.items():
        plan = session.plan.models.get(name)
        if plan is None or not plan.shape.company_owned:
            continue
        known = {number: _company_in_memory(session, plan, number) for number in ids}
        unknown = [number for number, company_id in known.items() if company_id is None]
        record: Any = plan.shape.cls
        if unknown:
            session.trust += 1
            try:
                rows = session.execute(select(record.id, record.company_id).where(record.id.in_(unknown)))
                known |= {row[0]: row[1] for row in rows}
            finally:
                session.trust -= 1
        found |= {(name, number): owner for number, owner in known.items() if owner is not None}
    return found


def _company_in_memory(session: GuardedSession, plan: ModelPlan, number: int) -> int | None:
    for one in (session, session.twin):
        record = None if one is None else one.identity_map.get(identity_key(plan.shape.cls, number))
        if record is not None and "company_id" in instance_state(record).dict:
            return cast("int | None", cast("Any", record).company_id)
    return None


def company_for(shape: Shape, values: Callable[[str], Any], companies: Mapping[tuple[str, int], int]) -> Any:
    """The company that a new row belongs to: that of its record, else the one it has."""
    return next((companies[one] for one in targets(shape, values) if one in companies), values("company_id"))


def plan_to_follow(session: GuardedSession, name: str, number: int) -> ModelPlan:
    """The model that a written row names, or NothingToFollow: unknown, hidden, or nothing to hang on."""
    plan = session.plan.models.get(name)
    if plan is None or not plan.shape.followable or plan.conditions["r"] is None:
        raise NothingToFollow(name, number)
    return plan
