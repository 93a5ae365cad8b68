"""Match statement lines with the books, and take a match back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import (
    BankAccount,
    BankConfirmation,
    BankLine,
    BankStatement,
    Entry,
    EntryLine,
    Journal,
    LineState,
    OpenItem,
)
from addons.erp_accounting.services import entries, ledgers, settlement
from addons.erp_accounting.services.bank import learning, planning
from addons.erp_accounting.services.rates import rate_on
from core.api import ZERO, RuleBroken, _, format_money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.services.bank.applying import Choice, Take
    from core.api import Env


class AlreadyMatched(RuleBroken):
    def __init__(self, line: BankLine, by: str, entry: str) -> None:
        super().__init__(
            _("“{line}” is already matched, by {who} ({entry}).", line=line.label[:60], who=by, entry=entry),
            hint=_("Undo that match first, or go on to the next line."),
        )


class NotMatched(RuleBroken):
    def __init__(self, line: BankLine) -> None:
        super().__init__(
            _("“{line}” is not matched.", line=line.label[:60]),
            hint=_("Somebody has undone it already; reload the page."),
        )


class NothingChosen(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("Nothing is chosen for this line."), hint=_("Choose a proposal, a document or an account.")
        )


class NotExplained(RuleBroken):
    def __init__(self, left: Decimal, currency: str) -> None:
        super().__init__(
            _("{amount} of the line are not explained.", amount=format_money(left, currency)),
            hint=_("Choose another document, or an account for the rest."),
        )


class TakenMeanwhile(RuleBroken):
    def __init__(self, number: str, left: Decimal, currency: str) -> None:
        super().__init__(
            _(
                "{number} has only {amount} left: somebody settled it meanwhile.",
                number=number,
                amount=format_money(left, currency),
            ),
            hint=_("Choose again among the proposals."),
        )


class StatementClosed(RuleBroken):
    def __init__(self, statement: BankStatement) -> None:
        super().__init__(
            _("{statement} is closed.", statement=statement.name), hint=_("Reopen it to change its matches.")
        )


class AccountMissing(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("No account is chosen for a part of the line."),
            hint=_("Choose one, or fill in the accounts of Accounting settings."),
        )


def match(
    env: Env,
    line: BankLine,
    choice: Choice,
    *,
    reason: str = "",
    rule_id: int | None = None,
    run: str = "",
) -> BankLine:
    """Post what a line is and settle what it pays. Of two people who match one line, the second is refused.

    The entry is dated like the line, or on the first open day after a lock. Raises when the choice does not
    add up to the line, or when something of it was settled meanwhile; nothing is written then.
    """
    locked = _locked(env, line)
    if not locked.is_open:
        raise AlreadyMatched(locked, _who(env, locked), _entry_number(env, locked))
    _refuse_closed(env, locked)
    if not (choice.takes or choice.extras):
        raise NothingChosen
    if left := choice.left_of(locked.amount):
        raise NotExplained(left, locked.currency)
    if not all(extra.account for extra in choice.extras):
        raise AccountMissing
    settlement.hold(env, [item.entry_id for item in _items(env, choice, lock=False).values()])
    items = _items(env, choice, lock=True)
    payments = _payment_lines(env, choice)
    for take in choice.takes:
        _refuse_taken(env, locked, take, items.get(take.key))
    account = env.get(BankAccount, locked.bank_account_id)
    movement = movement_of(env, locked)
    planned = planning.plan(
        movement, choice, sources(items, payments), env.company.currency, _exchange(env, locked, payments)
    )
    entry = entries.post_new(
        env,
        journal=env.get(Journal, account.journal_id),
        date=open_day(env, account, locked.date),
        lines=[one.posting for one in planned],
        label=locked.label[:200],
        origin=locked.statement.name[:80],
    )
    _settle_suspense(env, locked, entry)
    _settle_items(env, locked, choice, planned, items, entry)
    env.session.add_all(
        env[BankConfirmation](company_id=locked.company_id, line_id=locked.id, entry_line_id=payment.id)
        for payment in payments.values()
    )
    locked.state = LineState.MATCHED
    locked.match_entry_id = entry.id
    locked.matched_at, locked.matched_by_id = env.now(), env.user.id
    locked.match_run, locked.reason = run, reason
    _note_party(locked, choice, items)
    locked.learned = learning.learn(env, locked, choice, [item.party_id for item in items.values()], rule_id)
    _note_counts(env, locked)
    env.hooks.bank_line_matched(env=env, line=locked)
    return locked


def _locked(env: Env, line: BankLine) -> BankLine:
    """The line as it is now, held until the transaction ends: somebody may have been faster."""
    line_id = line.id
    env.session.expire(line)
    return env.get(BankLine, line_id, lock=True)


def movement_of(env: Env, line: BankLine) -> planning.Movement:
    """The line as it stands on the suspense account."""
    if line.suspense_line_id is None:
        raise NotMatched(line)
    suspense = env.get(EntryLine, line.suspense_line_id)
    return planning.Movement(
        line.amount, line.currency, suspense.credit - suspense.debit, suspense.account_id, line.label[:200]
    )


def sources(items: dict[str, OpenItem], payments: dict[str, EntryLine]) -> dict[str, planning.Source]:
    """What is taken, as plain values."""
    found = {
        key: planning.Source(
            item.account_id,
            item.party_id,
            item.entry.number or "",
            item.currency,
            item.residual_currency,
            item.residual,
        )
        for key, item in items.items()
    }
    for key, line in payments.items():
        found[key] = planning.Source(
            line.account_id,
            None,
            line.entry.number or "",
            line.currency,
            line.amount_currency,
            line.debit - line.credit,
            is_booked=True,
        )
    return found


def chosen(env: Env, choice: Choice) -> dict[str, planning.Source]:
    """The sources of a choice, not locked, for a preview."""
    return sources(_items(env, choice, lock=False), _payment_lines(env, choice))


def _ids(choice: Choice, kind: str) -> dict[int, str]:
    return {int(take.key[1:]): take.key for take in choice.takes if take.key.startswith(kind)}


def _items(env: Env, choice: Choice, *, lock: bool) -> dict[str, OpenItem]:
    ids = _ids(choice, "i")
    model = env[OpenItem]
    statement = select(model).where(model.id.in_(ids)).order_by(model.id)
    if lock:
        statement = statement.with_for_update(of=model).execution_options(populate_existing=True)
    return {ids[item.id]: item for item in env.session.scalars(statement)}


def _payment_lines(env: Env, choice: Choice) -> dict[str, EntryLine]:
    ids = _ids(choice, "p")
    if not ids:
        return {}
    model = env[EntryLine]
    rows = env.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id))
    return {ids[row.id]: row for row in rows}


def _refuse_taken(env: Env, line: BankLine, take: Take, item: OpenItem | None) -> None:
    """Raise when a candidate has less left than is taken, or was shown by another statement line."""
    if take.key.startswith("p"):
        seen = env[BankConfirmation]
        if env.session.scalars(select(seen.id).where(seen.entry_line_id == int(take.key[1:]))).first():
            raise TakenMeanwhile(take.key, ZERO, line.currency)
        return
    if item is None:
        raise NothingChosen
    left = item.residual_currency if item.currency == line.currency else item.residual
    too_much = item.currency == line.currency and abs(take.amount) > abs(left)
    if not item.is_open or too_much or take.amount * (left or take.amount) < 0:
        raise TakenMeanwhile(item.entry.number or "", left, item.currency)


def _exchange(env: Env, line: BankLine, payments: dict[str, EntryLine]) -> tuple[int, int] | None:
    if not payments or line.currency == env.company.currency:
        return None
    return ledgers.account_id(env, "exchange_gain"), ledgers.account_id(env, "exchange_loss")


def _settle_suspense(env: Env, line: BankLine, entry: Entry) -> None:
    assert line.suspense_line_id is not None  # noqa: S101 - movement_of has read it
    mine = env.get(EntryLine, line.suspense_line_id)
    first = min(entry.lines, key=lambda one: one.position)
    settlement.settle(env, _items_of_lines(env, [mine.id, first.id]))


def _items_of_lines(env: Env, line_ids: Iterable[int]) -> list[OpenItem]:
    model = env[OpenItem]
    return list(
        env.session.scalars(
            select(model)
            .where(model.line_id.in_(list(line_ids)))
            .order_by(model.due_date, model.id)
            .with_for_update(of=model)
            .execution_options(populate_existing=True)
        )
    )


def _settle_items(
    env: Env,
    line: BankLine,
    choice: Choice,
    planned: list[planning.Planned],
    items: dict[str, OpenItem],
    entry: Entry,
) -> None:
    """Each posting settles its own document, so that what was chosen is what is paid."""
    ids = {one.position: one.id for one in entry.lines}
    takes = {take.key: take for take in choice.takes}
    touched = set()
    for position, one in enumerate(planned, start=1):
        item = items.get(one.key)
        if item is None:
            continue
        (own,) = _items_of_lines(env, [ids[position]])
        settlement.settle(env, [item, own], rate=_rate(env, line, takes[one.key], item, own))
        touched.add(item.entry_id)
    if touched:
        settlement.refresh_invoices(env, touched, day=line.date)


def _rate(env: Env, line: BankLine, take: Take, item: OpenItem, own: OpenItem) -> Decimal | None:
    """Company money for one foreign unit where line and document are in different currencies."""
    if item.currency == line.currency:
        return None
    if line.currency == env.company.currency:
        if take.full:
            return abs(own.residual) / abs(item.residual_currency)
        return rate_on(env, item.currency, line.date)
    if take.full:
        return abs(item.residual) / abs(own.residual_currency)
    return abs(own.residual) / abs(own.residual_currency)


def _note_party(line: BankLine, choice: Choice, items: dict[str, OpenItem]) -> None:
    parties = {item.party_id for item in items.values()} | {extra.party for extra in choice.extras}
    parties.discard(None)
    if len(parties) == 1:
        line.party_id = parties.pop()


def open_day(env: Env, account: BankAccount, day: date) -> date:
    """The day itself, or the first open one when its period was locked in the meantime."""
    until = ledgers.locked_until(ledgers.of(env), env.get(Journal, account.journal_id).kind)
    return day if until is None or day > until else until + timedelta(days=1)


def _refuse_closed(env: Env, line: BankLine) -> None:
    statement = env.get(BankStatement, line.statement_id)
    if statement.closed_at is not None:
        raise StatementClosed(statement)


def _note_counts(env: Env, line: BankLine) -> None:
    """Write the line; its statement, whose counts the database keeps, is read again when it is looked at."""
    env.session.flush()
    env.session.expire(env.get(BankStatement, line.statement_id), ["matched_count", "line_count"])


def _who(env: Env, line: BankLine) -> str:
    return line.matched_by.name if line.matched_by is not None else env.user.name


def _entry_number(env: Env, line: BankLine) -> str:
    return env.get(Entry, line.match_entry_id).title if line.match_entry_id else ""


def undo(env: Env, line: BankLine) -> BankLine:
    """Take a match back: what it paid is open again, its entry is reversed, what it taught is forgotten."""
    locked = _locked(env, line)
    if locked.is_open or locked.match_entry_id is None:
        raise NotMatched(locked)
    _refuse_closed(env, locked)
    entry = env.get(Entry, locked.match_entry_id)
    account = env.get(BankAccount, locked.bank_account_id)
    day = open_day(env, account, entry.date)
    seen = env[BankConfirmation]
    for one in env.session.scalars(select(seen).where(seen.line_id == locked.id)):
        env.session.delete(one)
    settlement.undo(env, settlement.allocations_of(env, [entry.id]), date=day)
    settlement.mirror(env, entry, date=day)
    learning.forget(env, locked)
    locked.state = LineState.OPEN
    locked.match_entry_id = locked.matched_at = locked.matched_by_id = None
    locked.match_run, locked.reason, locked.learned = "", "", []
    _note_counts(env, locked)
    return locked


def undo_run(env: Env, run: str) -> int:
    """Take back everything one press of a button matched; gives the number of lines."""
    model = env[BankLine]
    lines = env.session.scalars(
        select(model)
        .where(model.match_run == run, model.company_id == env.company_id)
        .order_by(model.id.desc())
    ).all()
    for line in lines if run else ():
        undo(env, line)
    return len(lines)
