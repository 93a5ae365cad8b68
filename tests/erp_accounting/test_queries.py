"""What the books say, by two routes, on any day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.erp_accounting.models import AccountType, InvoiceKind
from addons.erp_accounting.queries import balances, ledger, partners, statements
from addons.erp_accounting.services import entries, payments
from tests.erp_accounting.factories import (
    DAY,
    a_line,
    a_party,
    a_payment,
    a_tax,
    an_account,
    an_entry,
    an_invoice,
)

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def a_small_year(env: Env) -> None:
    """Capital 1,000; goods bought for 300; sold for 500 + 20 %; 200 of it paid; last year's sale of 50."""
    an_entry(env, "1000", day=date(2025, 12, 1), debit="inventory", credit="retained")
    an_invoice(env, a_line("1", "50"), date=date(2025, 12, 15))
    bill = an_invoice(env, a_line("1", "300"), kind=InvoiceKind.SUPPLIER_INVOICE, date=date(2026, 2, 3))
    invoice = an_invoice(env, a_line("1", "500", [a_tax(env)]), date=date(2026, 3, 10))
    a_payment(env, invoice, "200", date=date(2026, 4, 20))
    a_payment(env, bill, date=date(2026, 5, 2))


def test_a_trial_balance_is_zero_and_shows_opening_movement_and_closing(env: Env) -> None:
    a_small_year(env)

    rows = balances.trial_balance(env, date(2026, 1, 1), date(2026, 12, 31))

    shown = {
        row.account.code if row.account else "earlier": (row.opening, row.debit, row.credit, row.closing)
        for row in rows
    }
    assert shown == {
        "1010": (D(0), D(200), D(300), D(-100)),
        "1100": (D(50), D(600), D(200), D(450)),
        "1200": (D(1000), D(0), D(0), D(1000)),
        "2100": (D(0), D(300), D(300), D(0)),
        "2130": (D(0), D(0), D(100), D(-100)),
        "3300": (D(-1000), D(0), D(0), D(-1000)),
        "4200": (D(0), D(0), D(500), D(-500)),
        "6300": (D(0), D(300), D(0), D(300)),
        "earlier": (D(-50), D(0), D(0), D(-50)),
    }
    assert sum((row.closing for row in rows), D(0)) == 0


def test_profit_and_loss_compares_periods(env: Env) -> None:
    a_small_year(env)

    found = statements.profit_and_loss(
        env, [(date(2026, 1, 1), date(2026, 12, 31)), (date(2025, 1, 1), date(2025, 12, 31))]
    )

    assert (found.result(0), found.result(1)) == (D(200), D(50))
    assert [row.amounts for row in found.sections["sales"].rows] == [(D(500), D(50))]
    assert found.sections["expenses"].totals == (D(300), D(0))
    assert found.sections["depreciation"].totals == (D(0), D(0))


def test_a_balance_sheet_balances_on_any_day(env: Env) -> None:
    a_small_year(env)

    found = statements.balance_sheet(env, [date(2026, 12, 31), date(2026, 3, 10), date(2025, 12, 31)])

    assert [found.total_assets(position) for position in range(3)] == [D(1350), D(1650), D(1050)]
    assert [found.total_liabilities(position) for position in range(3)] == [D(1350), D(1650), D(1050)]
    assert [(str(row.label), row.amounts) for row in found.equity.rows if row.account is None] == [
        ("Result of earlier years, not allocated", (D(50), D(50), D(0))),
        ("Result of the year", (D(200), D(200), D(50))),
    ]


def test_a_ledger_page_carries_its_balance_on(env: Env) -> None:
    for step in range(7):
        an_entry(env, str(step + 1), day=DAY + timedelta(days=step % 3))
    account = an_account(env, "inventory")

    first = ledger.general_ledger(env, account, DAY, DAY + timedelta(days=2), limit=4)
    assert first.after is not None
    second = ledger.general_ledger(env, account, DAY, DAY + timedelta(days=2), after=first.after, limit=4)

    amounts = [line.debit for line, _balance in (*first.lines, *second.lines)]
    assert amounts == [D(1), D(4), D(7), D(2), D(5), D(3), D(6)]
    assert [balance for _line, balance in second.lines] == [D(19), D(22), D(28)]
    assert (first.opening, second.carried, second.after, second.closing) == (D(0), D(14), None, D(28))


def test_a_ledger_opens_with_what_was_before(env: Env) -> None:
    an_entry(env, "5", day=DAY - timedelta(days=1))
    an_entry(env, "6")

    found = ledger.general_ledger(env, an_account(env, "inventory"), DAY, DAY)

    assert (found.opening, [line.debit for line, _ in found.lines], found.closing) == (D(5), [D(6)], D(11))


def test_a_partner_ledger_holds_one_partys_lines(env: Env) -> None:
    party = a_party(env)
    invoice = an_invoice(env, party=party)
    an_invoice(env)
    a_payment(env, invoice, "30")
    accounts = partners.party_accounts(env, [AccountType.RECEIVABLE])

    found = ledger.partner_ledger(env, party.id, accounts, DAY, DAY)

    assert [balance for _line, balance in found.lines] == [D(100), D(70)]


@pytest.mark.parametrize(
    ("days", "bucket"), [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)]
)
def test_the_age_decides_the_column(days: int, bucket: int) -> None:
    assert partners.bucket_of(days) == bucket


def test_aged_balances_on_a_past_day_ignore_what_was_paid_later(env: Env) -> None:
    party, other = a_party(env, name="Kervran"), a_party(env, name="Tilleuls")
    invoice = an_invoice(env, a_line("1", "240"), party=party)
    an_invoice(env, a_line("1", "10"), party=other, date=DAY + timedelta(days=40))
    a_payment(env, invoice, "140", date=DAY + timedelta(days=45))

    def shown(day: date) -> list[tuple[str, list[Decimal]]]:
        return [(row.name, row.amounts) for row in partners.aged(env, AccountType.RECEIVABLE, day)]

    assert shown(DAY + timedelta(days=20)) == [("Kervran", [D(0), D(240), D(0), D(0), D(0)])]
    assert shown(DAY + timedelta(days=44)) == [
        ("Kervran", [D(0), D(0), D(240), D(0), D(0)]),
        ("Tilleuls", [D(0), D(10), D(0), D(0), D(0)]),
    ]
    assert shown(DAY + timedelta(days=45)) == [
        ("Kervran", [D(0), D(0), D(100), D(0), D(0)]),
        ("Tilleuls", [D(0), D(10), D(0), D(0), D(0)]),
    ]


def test_aged_payables_are_positive_when_the_company_owes(env: Env) -> None:
    an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE)

    (row,) = partners.aged(env, AccountType.PAYABLE, DAY)

    assert row.total == D(100)


def test_open_receivables_of_parties_say_what_is_late(env: Env) -> None:
    party, nobody = a_party(env), a_party(env)
    an_invoice(env, a_line("1", "60"), party=party, date=env.today() - timedelta(days=1))
    an_invoice(env, a_line("1", "40"), party=party, date=env.today())
    payments.advance(env, party, D(10), date=env.today())

    assert partners.open_receivable(env, [party.id, nobody.id]) == {party.id: (D(90), D(60))}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    posted=st.lists(
        st.tuples(st.dates(date(2025, 10, 20), date(2026, 4, 10)), st.decimals("0.01", 999, places=2)),
        max_size=12,
    ),
    start=st.none() | st.dates(date(2025, 10, 1), date(2026, 4, 30)),
    length=st.integers(0, 150),
)
def test_monthly_totals_and_a_full_scan_give_the_same_figures(
    env: Env, posted: list[tuple[date, Decimal]], start: date | None, length: int
) -> None:
    savepoint = env.scope.connection.begin_nested()
    try:
        for day, amount in posted:
            an_entry(env, str(amount), day=day)
        end = (start or date(2026, 1, 1)) + timedelta(days=length)

        kept = balances.movements(env, start, end)

        scanned = balances.movements(env, start, end, scan=True)
        nothing = balances.Movement()
        assert {key: value for key, value in kept.items() if value != nothing} == scanned
    finally:
        env.session.expunge_all()
        env.cache.clear()
        savepoint.rollback()


def test_drafts_count_nowhere(env: Env) -> None:
    entries.draft(
        env,
        journal=entries.journal_of(env, entries.JournalKind.GENERAL),
        date=DAY,
        lines=[
            entries.Posting(an_account(env, "inventory").id, debit=D(9)),
            entries.Posting(an_account(env, "retained").id, credit=D(9)),
        ],
    )

    assert balances.movements(env, None, None) == balances.movements(env, None, None, scan=True) == {}
    assert ledger.general_ledger(env, an_account(env, "inventory"), DAY, DAY).lines == []
