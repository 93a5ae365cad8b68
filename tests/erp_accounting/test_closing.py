"""Closing and reopening a fiscal year: in one step, and carrying balances forward as the PCG does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from addons.erp_accounting.models import (
    AccountType,
    ClosingKind,
    ClosingTotal,
    Entry,
    EntryKind,
    FiscalYear,
    Invoice,
    InvoiceKind,
    JournalKind,
    LockException,
    YearState,
)
from addons.erp_accounting.queries import balances, partners, statements
from addons.erp_accounting.services import (
    closing,
    entries,
    fiscal_years,
    ledgers,
    reversals,
    verification,
)
from core.api import RuleBroken
from tests.erp_accounting.factories import (
    a_draft,
    a_line,
    a_party,
    a_payment,
    a_rate,
    a_tax,
    amounts,
    an_entry,
    an_invoice,
)
from tests.erp_accounting.test_entries import draft
from tests.erp_accounting.test_guards import owner, sql

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace

D = Decimal
END = date(2025, 12, 31)
NEXT = date(2026, 1, 1)
generic = pytest.mark.addons("erp_accounting")
french = pytest.mark.addons("l10n_fr")


def a_year(env: Env, *, sold: str = "500", spent: str = "300") -> FiscalYear:
    """2025: capital 1,000; sold for `sold` and half of it paid; spent `spent`."""
    an_entry(env, "1000", day=date(2025, 1, 5), debit="inventory", credit="retained")
    invoice = an_invoice(env, a_line("1", sold), date=date(2025, 6, 10), party=a_party(env, name="Kervran"))
    a_payment(env, invoice, str(D(sold) / 2), date=date(2025, 7, 1))
    an_invoice(env, a_line("1", spent), kind=InvoiceKind.SUPPLIER_INVOICE, date=date(2025, 8, 1))
    return fiscal_years.ensure(env, END)


def entry_of(env: Env, entry_id: int | None) -> Entry:
    assert entry_id is not None
    return env.get(Entry, entry_id)


@generic
def test_the_generic_chart_moves_the_result_to_retained_earnings_in_one_step(env: Env) -> None:
    year = a_year(env)

    closing.close(env, year)

    assert (year.state, year.closing_entry_id, year.opening_entry_id) == (YearState.CLOSED, None, None)
    entry = entry_of(env, year.result_entry_id)
    assert (entry.date, entry.kind, entry.number) == (END, EntryKind.RESULT, "CLOSE-2025-0001")
    assert amounts(env, year.result_entry_id) == [
        ("3300", D(0), D(200)),
        ("4200", D(500), D(0)),
        ("6300", D(0), D(300)),
    ]
    assert ledgers.of(env).lock_all == END
    assert list(verification.findings(env)) == []


@french
@pytest.mark.parametrize(
    ("sold", "spent", "line"),
    [
        ("500", "300", ("120000", D(0), D(200))),
        ("300", "500", ("129000", D(200), D(0))),
    ],
)
def test_the_pcg_closes_profit_to_120_loss_to_129_and_brings_balances_forward(
    env: Env, sold: str, spent: str, line: tuple[str, Decimal, Decimal]
) -> None:
    year = a_year(env, sold=sold, spent=spent)

    closing.close(env, year)

    assert line in amounts(env, year.result_entry_id)
    shut, opened = entry_of(env, year.closing_entry_id), entry_of(env, year.opening_entry_id)
    assert (shut.date, shut.journal.code) == (END, "CL")
    assert (opened.date, opened.journal.code) == (NEXT, "AN")
    brought = amounts(env, year.opening_entry_id)
    assert brought == sorted((code, credit, debit) for code, debit, credit in amounts(env, shut.id))
    half = D(sold) / 2
    assert brought == sorted(
        [
            ("110000", D(0), D(1000)),
            line,
            ("370000", D(1000), D(0)),
            ("401000", D(0), D(spent)),
            ("411000", half, D(0)),
            ("512000", half, D(0)),
        ]
    )
    assert [one.party and one.party.name for one in opened.lines if one.account.code == "411000"] == [
        "Kervran"
    ]
    assert list(verification.findings(env)) == []


@french
def test_statements_are_the_same_before_and_after_closing(env: Env) -> None:
    year = a_year(env)

    def figures() -> list[object]:
        income = statements.profit_and_loss(env, [(date(2025, 1, 1), END)])
        sheets = statements.balance_sheet(env, [END, date(2026, 3, 31)])
        later = balances.trial_balance(env, NEXT, date(2026, 12, 31))
        owed = partners.aged(env, AccountType.RECEIVABLE, date(2026, 3, 31))
        return [
            income.result(),
            [section.totals for section in income.sections.values()],
            sheets.total_assets(0),
            sheets.total_liabilities(0),
            sheets.total_assets(1),
            sheets.total_liabilities(1),
            sum((row.opening for row in later), D(0)),
            {row.account.code: row.opening for row in later if row.account and row.account.code < "12"},
            {
                row.account.code: row.opening
                for row in later
                if row.account and not row.account.code.startswith("12")
            },
            [row.total for row in owed],
        ]

    before = figures()
    closing.close(env, year)

    assert figures() == before
    assert before[0] == D(200)
    opening = {
        row.account.code: row.opening for row in balances.trial_balance(env, NEXT, NEXT) if row.account
    }
    assert opening["120000"] == D(-200)


@french
def test_an_invoice_of_the_closed_year_is_paid_in_the_next_one(env: Env) -> None:
    year = a_year(env)
    closing.close(env, year)
    model = env[Invoice]
    invoice = env.session.scalars(select(model).where(model.kind == InvoiceKind.CUSTOMER_INVOICE)).one()

    a_payment(env, invoice, date=date(2026, 2, 1))

    assert invoice.open_amount == 0
    assert partners.aged(env, AccountType.RECEIVABLE, date(2026, 2, 1)) == []
    assert [row.total for row in partners.aged(env, AccountType.RECEIVABLE, NEXT)] == [D(250)]
    assert list(verification.findings(env)) == []


@french
def test_carrying_forward_keeps_amounts_in_currency(env: Env) -> None:
    a_rate(env, "USD", "0.8", date(2025, 1, 1))
    an_invoice(env, a_line("1", "100"), currency="USD", date=date(2025, 5, 5))
    year = fiscal_years.ensure(env, END)

    closing.close(env, year)

    line = next(one for one in entry_of(env, year.opening_entry_id).lines if one.account.code == "411000")
    assert (line.debit, line.currency, line.amount_currency) == (D(80), "USD", D(100))


@generic
def test_a_closed_year_takes_nothing_not_even_under_an_exception(env: Env) -> None:
    from tests.erp_accounting.test_locks import let_pass

    closing.close(env, a_year(env))
    let_pass(env, first_day=date(2025, 1, 1))

    with pytest.raises(ledgers.YearClosed):
        an_entry(env, day=date(2025, 11, 1))
    entry = draft(env, "10", "10")
    with pytest.raises(DBAPIError, match="fiscal year 2025 is closed"):
        sql(
            env,
            f"UPDATE erp_accounting_entry_line SET date = DATE '2025-11-01' WHERE entry_id = {entry.id};"
            "UPDATE erp_accounting_entry SET date = DATE '2025-11-01', state = 'posted', year = 2025,"
            " sequence = 2, hash = 'x', number = 'MISC-2025-0002',"
            f" lock_exception_id = (SELECT max(id) FROM erp_accounting_lock_exception) WHERE id = {entry.id}",
        )


@generic
def test_closing_a_year_that_is_locked_already_leaves_a_trace(env: Env) -> None:
    year = a_year(env)
    ledgers.set_locks(env, ledgers.of(env), everything=END)

    closing.close(env, year)

    exception = env.session.scalars(select(env[LockException])).one()
    assert (exception.reason, exception.is_ended) == ("Closing of fiscal year 2025", True)
    assert entry_of(env, year.result_entry_id).lock_exception_id == exception.id


@generic
def test_what_stands_in_the_way_of_closing(env: Env) -> None:
    year = a_year(env)
    left = entries.draft(
        env,
        journal=JournalKind.GENERAL,
        date=date(2025, 3, 3),
        lines=[entries.Posting(ledgers.account_id(env, "retained"), credit=D(1))],
    )
    with pytest.raises(closing.DraftsLeft):
        closing.close(env, year)
    env.session.delete(left)
    env.session.flush()
    an_entry(env, "5", day=date(2024, 5, 5))
    with pytest.raises(closing.EarlierYearOpen):
        closing.close(env, year)

    closing.close(env, fiscal_years.ensure(env, date(2024, 5, 5)))
    closing.close(env, year)

    with pytest.raises(closing.YearAlreadyClosed):
        closing.close(env, year)
    with pytest.raises(closing.LaterYearClosed):
        closing.reopen(env, fiscal_years.ensure(env, date(2024, 5, 5)))
    with pytest.raises(RuleBroken, match="stays locked until"):
        ledgers.set_locks(env, ledgers.of(env), everything=None)


@french
def test_a_year_is_reopened_and_closed_anew(env: Env) -> None:
    year = a_year(env)
    closing.close(env, year)
    first = year.result_entry_id

    closing.reopen(env, year)

    assert (year.state, year.result_entry_id, year.opening_entry_id) == (YearState.OPEN, None, None)
    assert ledgers.of(env).lock_all == date(2024, 12, 31)
    moved = balances.movements(env, None, None, kinds=[EntryKind.RESULT, EntryKind.CARRIED])
    assert {movement.balance for movement in moved.values()} == {D(0)}
    an_invoice(env, a_line("1", "40"), date=date(2025, 12, 1))
    closing.close(env, year)
    assert ("120000", D(0), D(240)) in amounts(env, year.result_entry_id)
    assert year.result_entry_id != first
    assert list(verification.findings(env)) == []


@generic
def test_behind_a_hard_lock_nothing_is_reopened_not_even_by_raw_sql(env: Env) -> None:
    year = a_year(env)
    closing.close(env, year)
    ledgers.set_locks(env, ledgers.of(env), everything=END, hard=END)

    with pytest.raises(closing.LockedForGood):
        closing.reopen(env, year)
    with pytest.raises(DBAPIError, match="closed for good"):
        sql(env, "UPDATE erp_accounting_fiscal_year SET state = 'open', closed_at = NULL")


@generic
def test_a_closing_entry_is_reversed_by_reopening_only(env: Env) -> None:
    year = a_year(env)
    closing.close(env, year)

    with pytest.raises(reversals.BelongsToClosing):
        reversals.reverse(env, entry_of(env, year.result_entry_id))


@generic
@pytest.mark.as_owner
def test_closing_keeps_totals_that_are_final_and_verified(env: Env) -> None:
    year = a_year(env)
    closing.close(env, year)
    model = env[ClosingTotal]

    kept = env.session.scalars(select(model).order_by(model.id)).all()

    assert [(one.kind, one.end.month, one.entries, one.debit, one.perpetual_debit) for one in kept] == [
        (ClosingKind.MONTH, 1, 1, D(1000), D(1000)),
        (ClosingKind.MONTH, 6, 1, D(500), D(1500)),
        (ClosingKind.MONTH, 7, 1, D(250), D(1750)),
        (ClosingKind.MONTH, 8, 1, D(300), D(2050)),
        (ClosingKind.MONTH, 12, 1, D(500), D(2550)),
        (ClosingKind.YEAR, 12, 5, D(2550), D(2550)),
    ]
    for statement in (
        "UPDATE erp_accounting_closing_total SET debit = 1",
        "DELETE FROM erp_accounting_closing_total",
    ):
        with pytest.raises(DBAPIError, match="is final"):
            sql(env, statement)
    owner(env, "ALTER TABLE erp_accounting_closing_total DISABLE TRIGGER final")
    sql(
        env,
        "UPDATE erp_accounting_closing_total SET debit = debit + 1, credit = credit + 1 WHERE kind = 'year'",
    )
    env.session.expire_all()
    assert {finding.rule for finding in verification.findings(env)} == {
        "closing totals are sealed",
        "closing totals equal the entries",
    }


@generic
def test_what_is_posted_later_into_a_closed_month_does_not_break_its_total(env: Env) -> None:
    from tests.erp_accounting.test_locks import let_pass

    a_year(env)
    ledgers.set_locks(env, ledgers.of(env), everything=date(2025, 8, 31))
    let_pass(env, first_day=date(2025, 1, 1))
    an_entry(env, "7", day=date(2025, 6, 30))

    assert list(verification.findings(env)) == []
    ledgers.set_locks(env, ledgers.of(env), everything=date(2025, 8, 31))
    model = env[ClosingTotal]
    june = env.session.scalars(select(model).where(model.end == date(2025, 6, 30)).order_by(model.id)).all()
    assert [one.debit for one in june] == [D(500), D(507)]
    assert list(verification.findings(env)) == []


@french
def test_a_year_closed_while_others_post_counts_them_or_refuses_them(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        year_id = a_year(env).id

    def post(_attempt: int) -> bool:
        try:
            with workspace.env() as env:
                an_entry(env, "1", day=date(2025, 12, 1))
        except (ledgers.PeriodLocked, ledgers.YearClosed):
            return False
        return True

    def close() -> None:
        with workspace.env() as env:
            closing.close(env, env.get(FiscalYear, year_id))

    with ThreadPoolExecutor(5) as pool:
        posted = [pool.submit(post, attempt) for attempt in range(12)]
        pool.submit(close).result()
        count = [one.result() for one in posted].count(True)

    with workspace.env() as env:
        year = env.get(FiscalYear, year_id)
        assert year.state is YearState.CLOSED
        brought = {code: debit for code, debit, _credit in amounts(env, year.opening_entry_id) if debit}
        assert brought["370000"] == D(1000 + count)
        assert list(verification.findings(env)) == []


@french
def test_an_empty_year_closes_without_entries(env: Env) -> None:
    year = fiscal_years.write(env, start=date(2025, 1, 1), end=END)

    closing.close(env, year)

    assert (year.state, year.result_entry_id, year.opening_entry_id) == (YearState.CLOSED, None, None)
    with pytest.raises(ledgers.PeriodLocked):
        an_entry(env, day=END - timedelta(days=1))
    assert a_draft(env, a_line(taxes=[a_tax(env)])).is_draft
