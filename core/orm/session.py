"""The session of an Env: what happens to every record on its way to the database, whoever writes it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from psycopg.errors import RaiseException
from sqlalchemy import Column, event, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from core.errors import CoreError, RuleBroken, Stale
from core.i18n import Text, _
from core.orm.model import CompanyOwned, Model
from core.orm.money import refuse_floats
from core.orm.search import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from core.env import Env


class EnvSession(Session):
    """A session that knows its Env; bound to one connection whose transaction core begins and ends."""

    def __init__(self, env: Env, connection: Connection) -> None:
        super().__init__(
            bind=connection, autoflush=True, expire_on_commit=False, join_transaction_mode="rollback_only"
        )
        self.env = env

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Say what a trigger refuses as a broken rule."""
        try:
            yield
        except DBAPIError as error:
            if isinstance(error.orig, RaiseException):
                raise self.refusal(error.orig) from error
            raise

    def refusal(self, raised: RaiseException) -> CoreError:
        """What a trigger raised, for whoever reads it."""
        return RuleBroken(Text(str(raised.diag.message_primary), domain="core"))

    def company_for(self, record: CompanyOwned) -> int | None:
        """The company that a new record is given when it names none."""
        return self.env.company_id

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what changed; a record that someone else saved first, or that a trigger guards, is refused in
        words."""
        try:
            with self.in_words():
                super().flush(objects)
        except StaleDataError as error:
            raise Stale(
                _("Someone else saved this first, so your change was not written."),
                hint=_("Open it again to see their version, then repeat your change."),
            ) from error


def prepare(session: Session, flush_context: UOWTransaction | None, instances: Any) -> None:
    """Fill in the company, let the model derive columns, and remake search tokens of new and changed
    records."""
    env: Env = session.env  # type: ignore[attr-defined]  # listened to on EnvSession only
    for record in session.deleted:
        if isinstance(record, Model):
            record.before_delete(env)
    for record in session.new:
        if isinstance(record, Model):
            _complete(env, record)
            _leave_nothing_unknown(record)
            if record.__searchable__:
                record.search_tokens = tokens(record.search_text())
    for record in session.dirty:
        if isinstance(record, Model) and session.is_modified(record):
            _complete(env, record)
            if record.__searchable__ and _search_changed(record):
                record.search_tokens = tokens(record.search_text())


def _complete(env: Env, record: Model) -> None:
    if isinstance(record, CompanyOwned) and record.company_id is None:
        record.company_id = env.session.company_for(record)
    refuse_floats(type(record), vars(record))  # before it is reckoned with, and what the model itself derives
    record.before_save(env)
    refuse_floats(type(record), vars(record))


def _leave_nothing_unknown(record: Model) -> None:
    """What a new record does not say is NULL, in memory too: nobody has to read it back to know it."""
    known = inspect(record).dict
    for key in _nullable(type(record)):  # type: ignore[arg-type]  # mypy takes the instances' __hash__ for the class's
        if key not in known:
            set_committed_value(record, key, None)


@cache
def _nullable(model: type[Model]) -> tuple[str, ...]:
    """Attributes that are NULL unless somebody says otherwise."""
    return tuple(
        attribute.key
        for attribute in inspect(model).column_attrs
        for column in attribute.columns
        if isinstance(column, Column)
        and column.nullable
        and column.default is None
        and column.server_default is None
    )


def _search_changed(record: Model) -> bool:
    state = inspect(record)
    return any(
        state.attrs[name].history.has_changes() for name in record.__searchable__ if name in state.attrs
    )


event.listen(EnvSession, "before_flush", prepare)
