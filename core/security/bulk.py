"""Many rows in one statement, under the same grants, rules and audit as one record."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ClauseElement, delete, null, select, true, update
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.orm.util import identity_key

from core.i18n import _
from core.orm import many
from core.orm.encrypted import encrypted_names
from core.orm.model import Model
from core.orm.money import refuse_floats
from core.orm.search import tokens
from core.security import following
from core.security.companies import document_company_of_values
from core.security.document_bulk import BulkWrite
from core.security.reading_only import refuse_while_reading
from core.security.refusals import (
    FieldRefused,
    IdChosen,
    OtherCompany,
    ReferenceRefused,
    RowRefused,
    StatementRefused,
)
from core.security.statements import inspect_statement
from core.security.usage import refuse_unused
from core.security.writes import refuse_audit, refuse_unreadable, visible_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.security.guard import GuardedSession
    from core.security.plan import ModelPlan

Row = dict[str, Any]


def insert_rows(
    session: GuardedSession, fragment: type[Model], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert rows; ``before_save`` and search tokens apply, hooks of single records do not."""
    if not rows:
        return []
    plan = session.plan.models[fragment.model_name]
    refuse_while_reading(session.env.registry, "create", plan.shape.name)
    session.flush()
    for row in rows:
        _refuse_secrets(plan, row)
    prepared = [_prepared(session, plan, dict(row)) for row in rows]
    if plan.shape.follows_company:
        companies = following.companies_of(session, _followed(plan, prepared))
        for row in prepared:
            row["company_id"] = following.company_for(plan.shape, row.get, companies)
    if plan.shape.company_owned:
        refuse_unused(session.env.scope, plan.shape, {row.get("company_id") for row in prepared})
    if not session.unguarded:
        _check_values(session, plan, "c", prepared, creating=True)
    for row in prepared:
        many.complete(plan.shape.cls, row)
    documents = BulkWrite(session, plan.shape.name)
    documents.insert(prepared)
    with _trust(session), session.in_words():
        ids = many.insert_rows(session.connection(), plan.shape.cls, prepared)
    session.trail.kept_changed |= plan.shape.kept
    _check_now(session, plan, "c", ids)
    audited, secrets = plan.shape.audited, plan.shape.secrets
    for number, row in zip(ids, prepared, strict=True):
        kept: Row = {key: [None, value] for key, value in row.items() if value is not None and key in audited}
        kept |= dict.fromkeys(row.keys() & secrets)
        _audit(session, plan, "create", number, kept, row.get("company_id"))
    documents.done()
    return ids


def update_rows(session: GuardedSession, fragment: type[Model], where: Any, values: Mapping[str, Any]) -> int:
    """Update the matching rows that may be updated. Values may be expressions over its columns."""
    plan = session.plan.models[fragment.model_name]
    model: Any = plan.shape.cls
    session.flush()
    _refuse_secrets(plan, values)
    new = dict(values)
    refuse_floats(model, new)
    model.before_bulk_update(session.env, new)
    model.before_bulk_update(session.env, new)
    if not session.unguarded:
        computed = [value for value in new.values() if isinstance(value, ClauseElement | QueryableAttribute)]
        if computed:
            inspect_statement(select(model.id, *computed), session.plan)
        literal = {key: value for key, value in new.items() if not any(value is found for found in computed)}
        _check_values(session, plan, "u", [literal], creating=False, keys=new)
    keys = [key for key in new if key in plan.shape.columns]
    documents = BulkWrite(session, plan.shape.name)
    documents.change(lambda: _ids(session, model, where), new)
    old = _matching(session, plan, "u", where, keys)
    if not old:
        return 0
    refuse_while_reading(session.env.registry, "update", plan.shape.name)
    columns = [getattr(model, key) for key in keys]
    statement = (
        update(model)
        .where(model.id.in_(list(old)))
        .values(**new, **({"version": model.version + 1} if model.is_versioned else {}))
        .returning(model.id, *columns)
        .execution_options(synchronize_session=False)
    )
    with _trust(session), session.in_words():
        written = {row[0]: row[1:] for row in session.execute(statement)}
    session.trail.kept_changed |= plan.shape.kept
    _check_now(session, plan, "u", list(written))
    for number, after in written.items():
        company_id, was = old[number]
        changed = {
            key: None if key in plan.shape.secrets else [before, now]
            for key, before, now in zip(keys, was, after, strict=True)
            if before != now and (key in plan.shape.audited or key in plan.shape.secrets)
        }
        if changed:
            _audit(session, plan, "update", number, changed, company_id)
    _expire(session, plan, written)
    documents.done()
    return len(written)


def _refuse_secrets(plan: ModelPlan, values: Mapping[str, Any]) -> None:
    """What is encrypted is bound to its row: it is written through the record."""
    for name in encrypted_names(plan.shape.cls):  # type: ignore[arg-type]  # mypy takes the instances' __hash__
        if values.get(name) is not None:
            raise StatementRefused(_("{field} is encrypted, and written record by record", field=name))


def delete_rows(session: GuardedSession, fragment: type[Model], where: Any) -> int:
    """Delete the matching rows that may be deleted."""
    plan = session.plan.models[fragment.model_name]
    model: Any = plan.shape.cls
    session.flush()
    if not session.unguarded:
        refuse_audit(plan)
        session.plan.require(plan, "d")
    keys = sorted(plan.shape.audited)
    documents = BulkWrite(session, plan.shape.name)
    documents.change(lambda: _ids(session, model, where))
    old = _matching(session, plan, "d", where, keys)
    if not old:
        return 0
    refuse_while_reading(session.env.registry, "delete", plan.shape.name)
    with _trust(session), session.in_words():
        session.execute(
            delete(model).where(model.id.in_(list(old))).execution_options(synchronize_session=False)
        )
    session.trail.kept_changed |= plan.shape.kept or plan.shape.takes_kept
    for number, (company_id, before) in old.items():
        kept = {key: [value, None] for key, value in zip(keys, before, strict=True) if value is not None}
        _audit(session, plan, "delete", number, kept, company_id)
    for number in old:
        key = identity_key(model, number)
        if key in session.identity_map:
            session.expunge(session.identity_map[key])
        session.written.add(key)
    documents.done()
    return len(old)


def _ids(session: GuardedSession, model: Any, where: Any) -> Sequence[int]:
    """The rows that match, not locked yet: their documents come first in the order of locks."""
    return session.scalars(select(model.id).where(where)).all()


def _prepared(session: GuardedSession, plan: ModelPlan, row: Row) -> Row:
    """What the session does to a single record on its way in."""
    cls = plan.shape.cls
    if plan.shape.company_owned and not plan.shape.of_workspace and row.get("company_id") is None:
        row["company_id"] = document_company_of_values(session, plan.shape, row)
    if cls.__searchable__ or cls.before_save is not Model.before_save:
        record = cls(**row)
        record.before_save(session.env)
        row = {key: value for key, value in vars(record).items() if key in plan.shape.columns}
        if cls.__searchable__:
            row["search_tokens"] = tokens(record.search_text())
    return row


def _check_values(
    session: GuardedSession,
    plan: ModelPlan,
    operation: str,
    rows: Sequence[Row],
    *,
    creating: bool,
    keys: Iterable[str] = (),
) -> None:
    refuse_audit(plan)
    session.plan.require(plan, operation)
    shape = plan.shape
    for key in {key for row in rows for key in row} | set(keys):
        if key == "id":
            raise IdChosen(shape.cls)
        if key in plan.hidden:
            raise FieldRefused(session.env.access, plan.hidden[key], key)
    if shape.company_owned:
        companies = {row.get("company_id") for row in rows if creating or "company_id" in row}
        if shape.of_workspace:
            companies.discard(None)
        if companies - session.rules.companies_for(shape):
            raise OtherCompany(shape.cls)
    if creating:
        for row in rows:
            following.refuse_foreign_name(shape, row.get, session.env.user.id)
        refuse_unreadable(session, _followed(plan, rows))
    else:
        following.refuse_fixed(shape, keys)
    for reference in shape.references:
        target = session.plan.models[reference.target]
        ids = {row[reference.key] for row in rows if row.get(reference.key) is not None}
        if ids and not target.open:
            session.plan.require(target, "r")
            missing = ids - visible_among(session, target, list(ids), session.rules.criterion(target, "r"))
            if missing:
                raise ReferenceRefused(target.shape.cls, missing)


def _followed(plan: ModelPlan, rows: Sequence[Row]) -> dict[str, set[int]]:
    """The records that new rows hang on, by model."""
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for name, number in following.targets(plan.shape, row.get):
            found[name].add(number)
    return found


def _matching(
    session: GuardedSession, plan: ModelPlan, operation: str, where: Any, keys: Sequence[str]
) -> dict[int, tuple[int | None, tuple[Any, ...]]]:
    """The rows that match and may be written, locked, with their company and their old values.

    The condition is the addon's own and is read under its rules; the columns of the audit are read by core.
    """
    model: Any = plan.shape.cls
    ids = list(session.scalars(select(model.id).where(where).order_by(model.id).with_for_update(of=model)))
    criterion: Any = true()
    if not session.unguarded:
        own = session.rules.criterion(plan, operation)
        criterion = criterion if own is None else own
    company: Any = model.company_id if plan.shape.company_owned else null()
    columns = (model.id, company, *(getattr(model, key) for key in keys))
    statement = select(*columns).where(model.id.in_(ids), criterion)
    with _trust(session):
        return {row[0]: (row[1], tuple(row[2:])) for row in session.execute(statement)} if ids else {}


def _check_now(session: GuardedSession, plan: ModelPlan, operation: str, ids: list[int]) -> None:
    """The written rows must satisfy the rules as they are now."""
    if session.unguarded:
        return
    criterion = session.rules.criterion(plan, operation)
    if criterion is None:
        return
    missing = set(ids) - visible_among(session, plan, ids, criterion)
    if missing:
        raise RowRefused(session.env.access, plan.shape.cls, operation, sorted(missing))


def _audit(
    session: GuardedSession, plan: ModelPlan, action: str, number: int, changes: Row, company_id: int | None
) -> None:
    if plan.shape.audited:
        session.trail.add(session.env, action, plan.shape.name, number, changes, company_id=company_id)


def _expire(session: GuardedSession, plan: ModelPlan, ids: Iterable[int]) -> None:
    for number in ids:
        key = identity_key(plan.shape.cls, number)
        if key in session.identity_map:
            session.expire(session.identity_map[key])
        session.written.add(key)


class _trust:
    """Let core run one of its own statements."""

    def __init__(self, session: GuardedSession) -> None:
        self.session = session

    def __enter__(self) -> None:
        self.session.trust += 1

    def __exit__(self, *error: object) -> None:
        self.session.trust -= 1
