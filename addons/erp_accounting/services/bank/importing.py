"""Take statements in: whose account, which lines are new, booked day by day against the suspense account."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import Account, BankAccount, BankLine, BankStatement, Journal, LineState
from addons.erp_accounting.services import entries, ledgers
from addons.erp_accounting.services.bank import keys, whose
from addons.erp_accounting.services.bank.statement import FileRefused
from addons.erp_accounting.services.rates import rate_on
from core.api import ZERO, RuleBroken, _, format_date, round_money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from addons.erp_accounting.services.bank.statement import ParsedLine, ParsedStatement
    from core.api import Env


class NoLedgerAccount(RuleBroken):
    def __init__(self, journal: str) -> None:
        super().__init__(
            _("The journal {journal} has no account.", journal=journal),
            hint=_("Choose its bank or cash account under Accounting, Journals."),
        )


class SuspenseIsNotMatched(RuleBroken):
    def __init__(self, account: str) -> None:
        super().__init__(
            _("{account} holds unmatched bank movements, but it is not a matched account.", account=account),
            hint=_("Tick “Lines are matched” on the account, or choose another suspense account."),
        )


@dataclass(slots=True)
class Imported:
    """What a file added."""

    statements: list[BankStatement] = field(default_factory=list)
    lines: int = 0
    known: int = 0
    """Lines of the file that were there already."""

    @property
    def gaps(self) -> list[BankStatement]:
        """Statements that do not begin where the one before ended."""
        return [one for one in self.statements if one.gap]


def take_in(
    env: Env, parsed: Sequence[ParsedStatement], name: str, *, account: BankAccount | None = None
) -> Imported:
    """Import statements that were read from a file: only lines that are not there yet. All or nothing.

    account: whose statements they are; found by the IBAN or number in the file when left out.
    """
    result = Imported()
    before: dict[int, tuple[Decimal | None, Counter[str]]] = {}
    for one in sorted(parsed, key=lambda found: found.start or found.end or env.today()):
        owner = whose.account_of(env, one, account)
        locked = env.get(BankAccount, owner.id, lock=True)  # imports of one account wait for each other
        whose.refuse_others(locked, one)
        closing, seen = before.get(owner.id, (None, Counter()))
        if closing is None or closing != one.opening:
            seen = Counter()  # it does not continue the one before: the same line may stand in both
        before[owner.id] = (one.closing, seen)
        marked = list(zip(one.lines, keys.unique_keys(one.lines, seen), strict=True))
        _take_in_one(env, locked, one, marked, name, result)
    if not result.lines and not result.known and not any(one.lines for one in parsed):
        raise FileRefused(_("{name} has no movements.", name=name))
    return result


def _take_in_one(
    env: Env,
    account: BankAccount,
    parsed: ParsedStatement,
    marked: list[tuple[ParsedLine, str]],
    name: str,
    result: Imported,
) -> None:
    model = env[BankLine]
    known = set(
        env.session.scalars(
            select(model.unique_key).where(
                model.bank_account_id == account.id, model.unique_key.in_([key for _line, key in marked])
            )
        )
    )
    result.known += sum(1 for _line, key in marked if key in known)
    without_balance = parsed.closing is None
    opening = parsed.opening
    if opening is None:
        last = latest(env, account)
        opening = last.closing if last is not None else ZERO
    for is_new, group in groupby(marked, key=lambda pair: pair[1] not in known):
        run = list(group)
        total = sum((line.amount for line, _key in run), ZERO)
        if is_new:
            statement = _write(env, account, parsed, run, opening, name)
            result.statements.append(statement)
            result.lines += len(run)
        if is_new or not without_balance:
            opening += total


def latest(env: Env, account: BankAccount) -> BankStatement | None:
    """The last statement of an account."""
    model = env[BankStatement]
    return env.session.scalars(
        select(model)
        .where(model.bank_account_id == account.id)
        .order_by(model.date.desc(), model.id.desc())
        .limit(1)
    ).first()


def _write(
    env: Env,
    account: BankAccount,
    parsed: ParsedStatement,
    run: list[tuple[ParsedLine, str]],
    opening: Decimal,
    name: str,
) -> BankStatement:
    days = [line.date for line, _key in run]
    whole = len(run) == len(parsed.lines)
    start = min([*days, *([parsed.start] if whole and parsed.start else [])])
    end = max([*days, *([parsed.end] if whole and parsed.end else [])])
    closing = opening + sum((line.amount for line, _key in run), ZERO)
    before = _neighbour(env, account, end, earlier=True)
    statement = env.add(
        BankStatement,
        company_id=account.company_id,
        name=str(_("Statement of {day}", day=format_date(end))),
        bank_account_id=account.id,
        start_date=start,
        date=end,
        currency=account.currency,
        opening=opening,
        closing=closing,
        gap=opening - before.closing if before is not None else ZERO,
        format=parsed.format,
        file_name=name[:200],
        reference=parsed.reference,
    )
    after = _neighbour(env, account, end, earlier=False, other_than=statement.id)
    if after is not None:
        after.gap = after.opening - closing
    _write_lines(env, account, statement, run)
    return statement


def _neighbour(
    env: Env, account: BankAccount, day: object, *, earlier: bool, other_than: int = 0
) -> BankStatement | None:
    """The statement that ends last until a day, or first after it."""
    model = env[BankStatement]
    statement = select(model).where(model.bank_account_id == account.id, model.id != other_than)
    if earlier:
        statement = statement.where(model.date <= day).order_by(model.date.desc(), model.id.desc())
    else:
        statement = statement.where(model.date > day).order_by(model.date, model.id)
    return env.session.scalars(statement.limit(1)).first()


def _write_lines(
    env: Env, account: BankAccount, statement: BankStatement, run: list[tuple[ParsedLine, str]]
) -> None:
    model = env[BankLine]
    rows = [
        model(
            company_id=account.company_id,
            statement_id=statement.id,
            bank_account_id=account.id,
            position=position,
            date=line.date,
            value_date=line.value_date,
            amount=line.amount,
            currency=account.currency,
            label=line.label,
            partner_name=line.partner_name,
            partner_iban=line.partner_iban.upper(),
            bank_reference=line.bank_reference,
            end_to_end=line.end_to_end,
            foreign_amount=line.foreign_amount,
            foreign_currency=line.foreign_currency,
            unique_key=key,
            state=LineState.OPEN,
        )
        for position, (line, key) in enumerate(run, start=1)
    ]
    for day_rows in _by_day(rows):
        _book(env, account, statement, day_rows)
    env.session.add_all(rows)
    env.session.flush()
    env.session.refresh(statement, ["line_count", "matched_count"])


def _by_day(rows: list[BankLine]) -> Iterator[list[BankLine]]:
    for _day, group in groupby(
        sorted(rows, key=lambda row: (row.date, row.position)), key=lambda row: row.date
    ):
        yield list(group)


def suspense_of(env: Env, account: BankAccount) -> Account:
    """The account that holds what is not matched yet."""
    found = env.get(Account, account.suspense_account_id or ledgers.account_id(env, "suspense"))
    if not found.reconcilable:
        raise SuspenseIsNotMatched(found.title)
    return found


def _book(env: Env, account: BankAccount, statement: BankStatement, rows: list[BankLine]) -> None:
    """One entry a day: the bank account against the suspense account, two lines a movement."""
    journal = env.get(Journal, account.journal_id)
    if journal.account_id is None:
        raise NoLedgerAccount(journal.name)
    suspense = suspense_of(env, account)
    day = rows[0].date
    home = env.company.currency
    rate = rate_on(env, account.currency, day)
    postings = []
    for row in rows:
        amount = round_money(row.amount * rate, home) if account.currency != home else row.amount
        shared = {"label": row.label[:200], "currency": account.currency}
        postings.append(entries.signed(journal.account_id, amount, amount_currency=row.amount, **shared))
        postings.append(entries.signed(suspense.id, -amount, amount_currency=-row.amount, **shared))
    entry = entries.post_new(
        env, journal=journal, date=day, lines=postings, label=statement.name, origin=statement.reference
    )
    lines = {line.position: line.id for line in entry.lines}
    for number, row in enumerate(rows):
        row.entry_id = entry.id
        row.bank_line_id, row.suspense_line_id = lines[2 * number + 1], lines[2 * number + 2]
