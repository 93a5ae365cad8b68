"""Write, post and reverse journal entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.erp_accounting.models import (
    Account,
    Entry,
    EntryKind,
    EntryLine,
    EntryState,
    Journal,
    JournalKind,
    locks,
)
from addons.erp_accounting.services import analytic, hashing, ledgers
from core.api import (
    ZERO,
    NotFound,
    RuleBroken,
    _,
    copied_values,
    currency_quantum,
    format_quantity,
    round_money,
    writing_closed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from sqlalchemy import ScalarSelect

    from core.api import Env


class NothingToPost(RuleBroken):
    def __init__(self) -> None:
        super().__init__(_("The entry has no amounts."), hint=_("Add at least one debit and one credit."))


class NotBalanced(RuleBroken):
    def __init__(self, debit: Decimal, credit: Decimal) -> None:
        super().__init__(
            _("Debit {debit} and credit {credit} differ.", debit=debit, credit=credit),
            hint=_("Correct the lines: the entry stays a draft until both are equal."),
        )


class FinerThanMoney(RuleBroken):
    def __init__(self, amount: Decimal, currency: str) -> None:
        smallest = currency_quantum(currency)
        super().__init__(
            _(
                "{amount} is finer than the smallest amount of {currency}, {smallest}.",
                amount=format_quantity(amount),
                currency=currency,
                smallest=format_quantity(smallest),
            ),
            hint=_("Round the amount."),
        )


class AlreadyPosted(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(_("{number} is already posted.", number=number), hint=_("Reverse it to correct it."))


class BeforeLastInvoice(RuleBroken):
    """Invoices are numbered in order of their dates (CGI, annexe II, art. 242 nonies A, I, 7°)."""

    def __init__(self, day: date, earliest: date) -> None:
        super().__init__(
            _(
                "An invoice of {earliest} is already posted: one dated {day} would break the order.",
                earliest=earliest,
                day=day,
            ),
            hint=_("Choose {earliest} or later.", earliest=earliest),
        )
        self.earliest = earliest


@dataclass(frozen=True, slots=True)
class Posting:
    """One line to write. `debit` and `credit` in the company's currency; ids for account, party and tax."""

    account: int
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    party: int | None = None
    label: str = ""
    currency: str = ""
    """Empty: the company's."""
    amount_currency: Decimal | None = None
    """Signed like debit minus credit; needed with a foreign currency."""
    tax: int | None = None
    tax_code: str = ""
    tax_base: Decimal = ZERO
    due: date | None = None
    distribution: int | None = None
    """Over analytic accounts."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Further columns: those that other addons added."""


def signed(account: int, amount: Decimal, **more: Any) -> Posting:
    """A posting of a signed amount: a debit when positive, a credit when negative."""
    return Posting(account, max(amount, ZERO), max(-amount, ZERO), **more)


def journal_of(env: Env, kind: JournalKind, *, credit_notes: bool = False) -> Journal:
    """The company's journal of a kind; the one for credit notes when there is one and it is wanted."""
    key = ("erp_accounting.journal", env.company_id, kind, credit_notes)
    if key not in env.cache:
        fitting = [
            row
            for row in env.kept(Journal)
            if row.company_id == env.company_id and row.kind == kind and row.active
        ]
        found = min(fitting, key=lambda row: (row.for_credit_notes != credit_notes, row.id), default=None)
        if found is None:
            raise NotFound(
                _("There is no journal of the kind {kind}.", kind=kind.label),
                hint=_("Create one under Accounting, Journals."),
            )
        env.cache[key] = found
    journal: Journal = env.cache[key]
    return journal


def draft(
    env: Env,
    *,
    journal: Journal | JournalKind,
    date: date,
    lines: Iterable[Posting],
    label: str = "",
    origin: str = "",
    reversal_of: Entry | None = None,
    kind: EntryKind = EntryKind.ORDINARY,
    values: Mapping[str, Any] | None = None,
) -> Entry:
    """Write an entry and its lines as a draft. `values`: columns that other addons added to the entry."""
    book = journal_of(env, journal) if isinstance(journal, JournalKind) else journal
    home = env.company.currency
    given = list(lines)
    _accounts(env, {line.account for line in given})
    own = {
        "company_id": env.company_id,
        "journal_id": book.id,
        "journal": book,
        "date": date,
        "label": label,
        "origin": origin,
        "reversal_of_id": reversal_of.id if reversal_of else None,
        "state": EntryState.DRAFT,
        "kind": kind,
    }
    entry = env[Entry](**dict(values or {}) | own)
    of_entry = {"company_id": env.company_id, "journal_id": book.id, "date": date}
    model = env[EntryLine]
    entry.lines = [
        model(**{**line.values, **_columns(line, home), "position": position, **of_entry})
        for position, line in enumerate(given, start=1)
    ]
    with writing_closed(entry):
        env.session.add(entry)
    return entry


def _columns(line: Posting, home: str) -> dict[str, Any]:
    """What a posting says, as the columns of its line."""
    foreign = line.debit - line.credit if line.amount_currency is None else line.amount_currency
    return {
        "account_id": line.account,
        "party_id": line.party,
        "label": line.label,
        "debit": line.debit,
        "credit": line.credit,
        "currency": line.currency or home,
        "amount_currency": foreign,
        "tax_id": line.tax,
        "tax_code": line.tax_code,
        "tax_base": line.tax_base,
        "due_date": line.due,
        "distribution_id": line.distribution,
    }


def post_new(
    env: Env,
    *,
    journal: Journal | JournalKind,
    date: date,
    lines: Sequence[Posting],
    label: str = "",
    origin: str = "",
    reversal_of: Entry | None = None,
    kind: EntryKind = EntryKind.ORDINARY,
    values: Mapping[str, Any] | None = None,
) -> Entry:
    """Write and post an entry in the caller's transaction."""
    entry = draft(
        env,
        journal=journal,
        date=date,
        lines=lines,
        label=label,
        origin=origin,
        reversal_of=reversal_of,
        kind=kind,
        values=values,
    )
    post(env, entry)
    return entry


def post(env: Env, entry: Entry) -> None:
    """Check, number and seal a draft. Refused, it stays a draft and nothing is written."""
    env.lock(entry)
    if entry.is_posted:
        raise AlreadyPosted(entry.title)
    if not entry.lines or not any(line.debit or line.credit for line in entry.lines):
        raise NothingToPost
    debit = sum((line.debit for line in entry.lines), ZERO)
    credit = sum((line.credit for line in entry.lines), ZERO)
    if debit != credit:
        raise NotBalanced(debit, credit)
    journal = entry.journal
    _refuse_finer(env, entry)
    ledgers.refuse_locked(env, entry.date, journal.kind)
    with writing_closed(entry):
        for line in entry.lines:
            if (line.date, line.journal_id) != (entry.date, entry.journal_id):
                line.date, line.journal_id = entry.date, entry.journal_id
        env.session.flush()
        _seal(env, entry, journal)
        try:
            env.session.flush()
        except RuleBroken as error:
            raise locks.in_words(error, entry.date) from error
    analytic.write(env, entry)


def _refuse_finer(env: Env, entry: Entry) -> None:
    """What a currency cannot express is never paid, nor exported in its decimals."""
    home = env.company.currency
    for line in entry.lines:
        currency = line.currency or home
        for amount, money in ((line.debit, home), (line.credit, home), (line.amount_currency, currency)):
            if amount and round_money(amount, money) != amount:
                raise FinerThanMoney(amount, money)


def _seal(env: Env, entry: Entry, journal: Journal) -> None:
    """Number and hash; from here to commit the journal is locked, so this comes last."""
    accounts = _accounts(env, {line.account_id for line in entry.lines})
    codes = {key: account.code for key, account in accounts.items()}
    year = entry.date.year
    latest = _latest(env, journal, year)
    is_sale = journal.kind is JournalKind.SALE
    if is_sale and entry.date < env.today():  # likely too early: a number that is taken is only rolled back
        _refuse_earlier(entry, env.session.scalar(select(latest)))
    sequence, row = env.next_number_beside(latest, f"erp_accounting.journal.{journal.id}", str(year))
    last = _last(env, journal, year, row)
    if sequence != last.sequence + 1:  # someone else posted in between and has committed
        row = env.session.scalar(select(latest))
        last = _last(env, journal, year, row)
    if is_sale:
        _refuse_earlier(entry, row)
    entry.number = journal.number(year, sequence)
    entry.year, entry.sequence = year, sequence
    entry.hash = hashing.entry_hash(
        last.hash,
        journal.code,
        entry.number,
        entry.date,
        hashed_lines(entry.lines, codes),
        kind=hashed_kind(entry.kind),
    )
    entry.state = EntryState.POSTED
    entry.posted_at = env.now()


@dataclass(frozen=True, slots=True)
class _Last:
    sequence: int
    hash: str


def _latest(env: Env, journal: Journal, year: int) -> ScalarSelect[Any]:
    """Year, sequence, hash and date of the last entry posted in the journal since that year began."""
    model = env[Entry]
    return (
        select(func.jsonb_build_array(model.year, model.sequence, model.hash, model.date))
        .where(model.journal_id == journal.id, model.year >= year)
        .order_by(model.year.desc(), model.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )


def _refuse_earlier(entry: Entry, latest: Sequence[Any] | None) -> None:
    """No invoice is dated before the journal's last one."""
    if latest is not None and entry.date < (last := date.fromisoformat(latest[3])):
        raise BeforeLastInvoice(entry.date, last)


def _last(env: Env, journal: Journal, year: int, latest: Sequence[Any] | None) -> _Last:
    """The last posted entry of the journal's year."""
    if latest is None:
        return _Last(0, "")
    if latest[0] != year:
        return _last_of_year(env, journal, year)
    return _Last(latest[1], latest[2])


def _last_of_year(env: Env, journal: Journal, year: int) -> _Last:
    model = env[Entry]
    row = env.session.execute(
        select(model.sequence, model.hash)
        .where(model.journal_id == journal.id, model.year == year)
        .order_by(model.sequence.desc())
        .limit(1)
    ).first()
    return _Last(row.sequence, row.hash) if row else _Last(0, "")


def hashed_kind(kind: EntryKind) -> str:
    """What the seal says of the kind; nothing of ordinary entries."""
    return "" if kind is EntryKind.ORDINARY else str(kind.value)


def hashed_lines(lines: Iterable[EntryLine], codes: dict[int, str]) -> list[hashing.HashedLine]:
    """What the seal covers of lines, in their order."""
    return [
        hashing.HashedLine(
            codes[line.account_id],
            line.debit,
            line.credit,
            line.currency,
            line.amount_currency,
            line.tax_code,
            line.tax_base,
            line.due_date,
        )
        for line in sorted(lines, key=lambda line: line.position)
    ]


def _accounts(env: Env, ids: set[int]) -> dict[int, Account]:
    """The accounts of some lines, held for the whole Env; a chart is read once, not account by account."""
    known: dict[int, Account] = env.cache.setdefault("erp_accounting.accounts", {})
    for number in ids - known.keys():
        found = env.kept(Account, id=number)
        known[number] = found[0] if found else env.get(Account, number)
    return known


def mirrored(env: Env, entry: Entry) -> list[Posting]:
    """The opposite of every line of an entry, on the analytic accounts that it is allocated to by now."""
    now = analytic.current(env, entry.lines)
    return [
        Posting(
            account=line.account_id,
            debit=line.credit,
            credit=line.debit,
            party=line.party_id,
            label=line.label,
            currency=line.currency,
            amount_currency=-line.amount_currency,
            tax=line.tax_id,
            tax_code=line.tax_code,
            tax_base=-line.tax_base,
            due=line.due_date,
            distribution=now.get(line.id),
            values=copied_values(line),
        )
        for line in entry.lines
    ]
