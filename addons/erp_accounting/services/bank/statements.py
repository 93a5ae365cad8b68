"""Close a statement, reopen it, or take its import back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import BankAccount, BankLine, BankStatement, Entry
from addons.erp_accounting.services import settlement
from addons.erp_accounting.services.bank.reconciling import StatementClosed, open_day
from core.api import RuleBroken, _, ngettext

if TYPE_CHECKING:
    from core.api import Env


class NotAllMatched(RuleBroken):
    def __init__(self, statement: BankStatement) -> None:
        super().__init__(
            ngettext(
                "{count} line of {statement} is not matched.",
                "{count} lines of {statement} are not matched.",
                statement.left,
                statement=statement.name,
            ),
            hint=_("Match them, then close it."),
        )


def close(env: Env, statement: BankStatement) -> None:
    """Nothing of the statement changes any more, until it is reopened."""
    locked = env.get(BankStatement, statement.id, lock=True)
    if locked.left:
        raise NotAllMatched(locked)
    locked.closed_at = locked.closed_at or env.now()
    env.session.flush()


def reopen(env: Env, statement: BankStatement) -> None:
    """Matches of a closed statement may be undone again."""
    locked = env.get(BankStatement, statement.id, lock=True)
    locked.closed_at = None
    env.session.flush()


class HasMatches(RuleBroken):
    def __init__(self, statement: BankStatement) -> None:
        super().__init__(
            ngettext(
                "{count} line of {statement} is matched.",
                "{count} lines of {statement} are matched.",
                statement.matched_count,
                statement=statement.name,
            ),
            hint=_("Undo their matches before you remove the statement."),
        )


def remove(env: Env, statement: BankStatement) -> None:
    """Take an import back: its entries are reversed, its lines are gone and may be imported again."""
    locked = env.get(BankStatement, statement.id, lock=True)
    if locked.closed_at is not None:
        raise StatementClosed(locked)
    if locked.matched_count:
        raise HasMatches(locked)
    model = env[BankLine]
    lines = env.session.scalars(select(model).where(model.statement_id == locked.id)).all()
    account = env.get(BankAccount, locked.bank_account_id)
    for entry_id in sorted({line.entry_id for line in lines if line.entry_id}):
        entry = env.get(Entry, entry_id)
        settlement.mirror(env, entry, date=open_day(env, account, entry.date))
    for line in lines:
        env.session.delete(line)
    env.session.flush()
    env.session.delete(locked)
    env.session.flush()
