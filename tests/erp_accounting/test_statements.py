"""Cash flow, comparisons, pivot, several companies; two routes give the same figures in few statements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.erp_accounting.models import AccountType, InvoiceKind
from addons.erp_accounting.queries import balances, ledger, partners, statements
from addons.erp_accounting.queries.cash_flow import cash_flow
from addons.erp_accounting.reports import ledgers as ledger_sheets
from addons.erp_accounting.reports import periods, pivot, printing
from addons.erp_accounting.reports import statements as sheets
from addons.erp_accounting.reports.sheet import Asked
from addons.erp_accounting.services import charts, closing, entries, fiscal_years, ledgers, verification
from core.api import Company, RuleBroken, in_company, workbook
from tests.erp_accounting.factories import (
    a_line,
    a_party,
    a_payment,
    a_rate,
    a_tax,
    an_account,
    an_entry,
    an_invoice,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.statements import Statements
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def account(env: Env, code: str) -> int:
    model = env[entries.Account]
    return env.session.query(model).filter_by(company_id=env.company_id, code=code).one().id


def book(env: Env, day: date, amount: str, debit: str, credit: str) -> None:
    entries.post_new(
        env,
        journal=entries.JournalKind.GENERAL,
        date=day,
        lines=[
            entries.Posting(account(env, debit), debit=D(amount)),
            entries.Posting(account(env, credit), credit=D(amount)),
        ],
    )


def a_business(env: Env) -> None:
    """Capital 1,000 paid in; a machine for 600; a loan of 300; sold 500, 200 paid; depreciation 60."""
    book(env, date(2026, 1, 5), "1000", "1010", "3100")
    book(env, date(2026, 1, 10), "600", "1520", "1010")
    book(env, date(2026, 2, 1), "300", "1010", "2600")
    a_payment(env, an_invoice(env, a_line("1", "500"), date=date(2026, 3, 1)), "200", date=date(2026, 3, 20))
    book(env, date(2026, 6, 30), "60", "6500", "1590")


def test_the_cash_flow_leads_from_the_result_to_the_bank(env: Env) -> None:
    a_business(env)

    found = cash_flow(env, [YEAR, (date(2026, 1, 1), date(2026, 1, 31))])

    assert found.operating.totals == (D(200), D(0))
    assert found.investing.totals == (D(-600), D(-600))
    assert found.financing.totals == (D(1300), D(1000))
    assert (found.opening[0], found.closing[0], found.change(0)) == (D(0), D(900), D(900))
    assert [(row.label, row.amounts[0]) for row in found.operating.rows] == [
        ("Result", D(440)),
        ("Depreciation, no outflow", D(60)),
        ("1100 Customers", D(-300)),
    ]


@pytest.mark.parametrize(
    ("compare", "count", "labels"),
    [
        ("month", 1, ["January 2026", "February 2026", "March 2026", "1 Jan 2026 to 31 Mar 2026"]),
        ("quarter", 1, ["1 Jan 2026 to 31 Mar 2026"]),
        (
            "previous",
            2,
            ["1 Jan 2026 to 31 Mar 2026", "1 Oct 2025 to 31 Dec 2025", "1 Jul 2025 to 30 Sept 2025"],
        ),
        ("year", 2, ["1 Jan 2026 to 31 Mar 2026", "1 Jan 2025 to 31 Mar 2025", "1 Jan 2024 to 31 Mar 2024"]),
    ],
)
def test_any_number_of_periods_stand_beside(env: Env, compare: str, count: int, labels: list[str]) -> None:
    a_business(env)

    sheet = sheets.profit_and_loss_sheet(
        env, Asked(date(2026, 1, 1), date(2026, 3, 31), compare, count=count)
    )

    assert [head.label for head in sheet.heads[1:]] == labels


def test_each_figure_leads_to_the_lines_of_its_own_period(env: Env) -> None:
    a_business(env)

    sheet = sheets.profit_and_loss_sheet(env, Asked(date(2026, 1, 1), date(2026, 3, 31), "month"))

    row = next(row for row in sheet.rows if row.urls)
    assert [url.partition("&")[2] for url in row.urls[1:]] == [
        "from=2026-01-01&to=2026-01-31&ordinary=1",
        "from=2026-02-01&to=2026-02-28&ordinary=1",
        "from=2026-03-01&to=2026-03-31&ordinary=1",
        "from=2026-01-01&to=2026-03-31&ordinary=1",
    ]


def test_a_trial_balance_shows_what_stood_earlier(env: Env) -> None:
    a_business(env)

    sheet = sheets.trial_balance_sheet(env, Asked(date(2026, 2, 1), date(2026, 2, 28), "previous"))

    cells = {row.cells[0]: row.cells[1:] for row in sheet.rows}
    assert cells["1010 Bank"] == (D(400), D(300), D(0), D(700), D(400))
    assert cells["Total"] == (D(0), D(300), D(300), D(0), D(0))


@pytest.mark.parametrize(
    ("rows", "columns", "measure", "expected"),
    [
        ("type", "quarter", "balance", ["Bank and cash", D(900), D(0), D(900)]),
        ("account", "month", "debit", ["1010 Bank", D(1000), D(300), D(200), D(0), D(1500)]),
        ("journal", "year", "credit", ["BNK Bank", D(200), D(200)]),
        ("party", "quarter", "balance", ["Kervran", D(300), D(300)]),
    ],
)
def test_a_pivot_groups_by_what_is_asked(
    env: Env, rows: str, columns: str, measure: str, expected: list[Any]
) -> None:
    a_business(env)
    party = env.session.query(env[partners.Party]).one()
    party.name = "Kervran"

    sheet = pivot.pivot_sheet(env, Asked(*YEAR, rows=rows, columns=columns, measure=measure))

    found = [list(row.cells) for row in sheet.rows]
    assert expected in found
    assert all(row.url for row in sheet.rows[:-1])


def test_a_pivot_gives_the_same_by_months_and_by_lines(env: Env) -> None:
    a_business(env)

    by_month = pivot.pivot_sheet(env, Asked(*YEAR))
    by_line = pivot.pivot_sheet(env, Asked(YEAR[0], YEAR[1] - timedelta(days=1)))

    assert [row.cells for row in by_month.rows] == [row.cells for row in by_line.rows]
    assert by_month.rows[-1].cells[-1] == 0


def test_several_companies_stand_side_by_side_in_one_currency(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        env.add(Company, name="Lumen Inc.", currency="USD", country="US")
    with workspace.env() as env:
        a_business(env)
        a_rate(env, "USD", "0.9", date(2026, 1, 1))
        theirs = in_company(env, max(env.company_ids))
        charts.open_books(theirs)
        theirs.session.flush()
        book(theirs, date(2026, 4, 1), "100", "1010", "4100")
        theirs.session.flush()
        wanted = Asked(*YEAR, companies=True)

        income = sheets.profit_and_loss_sheet(env, wanted)
        balance = sheets.balance_sheet_sheet(env, wanted)

        assert [head.label for head in income.heads[1:]][1:] == ["Lumen Inc.", "Together"]
        assert income.rows[-1].cells == ("Result", D(440), D(90), D(530))
        trial = sheets.trial_balance_sheet(env, wanted)
        banks = {row.cells[0]: row.cells[1:] for row in trial.rows}
        assert banks["1010 Bank"] == (D(900), D(90), D(990))
        assert banks["Total"] == (D(0), D(0), D(0))
        totals = [row.cells[1:] for row in balance.rows if row.kind == "grand"]
        assert totals == [(D(1740), D(90), D(1830))] * 2


def test_a_ledger_line_says_its_amount_in_currency(env: Env) -> None:
    a_rate(env, "USD", "0.8", date(2026, 1, 1))
    an_invoice(env, a_line("1", "100"), currency="USD", date=date(2026, 5, 5))
    receivable = an_account(env, "receivable").id

    sheet = ledger_sheets.general_ledger_sheet(env, Asked(*YEAR, account=receivable))

    assert any("$100.00" in str(row.cells[3]) for row in sheet.rows)


STATEMENTS: dict[str, tuple[Callable[[Env], Any], int]] = {
    "trial balance": (lambda env: balances.trial_balance(env, *YEAR), 2),
    "trial balance of any days": (
        lambda env: balances.trial_balance(env, date(2026, 1, 11), date(2026, 3, 3)),
        3,
    ),
    "profit and loss of twelve months": (
        lambda env: statements.profit_and_loss(env, periods.compared(Asked(*YEAR, "month"))),
        2,
    ),
    "balance sheet of twelve months": (
        lambda env: statements.balance_sheet(
            env, [end for _start, end in periods.compared(Asked(*YEAR, "month"))]
        ),
        2,
    ),
    "cash flow": (lambda env: cash_flow(env, [YEAR]), 2),
    "aged": (lambda env: partners.aged(env, AccountType.RECEIVABLE, YEAR[1]), 1),
    "partner's page": (
        lambda env: ledger.partner_ledger(env, 1, [account(env, "1100")], *YEAR),
        6,
    ),
    "pivot": (lambda env: pivot.pivot_sheet(env, Asked(*YEAR)), 3),
}


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_a_statement_takes_few_statements_however_much_was_posted(
    env: Env, statements: Callable[[], AbstractContextManager[Statements]], name: str
) -> None:
    a_business(env)
    work, most = STATEMENTS[name]
    work(env)  # what rarely changes is in memory afterwards

    with statements() as sent:
        work(env)

    assert len(sent) <= most, "\n".join(map(str, sent))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "foreign", "bill", "pay", "entry", "close", "reopen"]),
        st.integers(0, 730),
        st.decimals("0.01", 900, places=2),
    ),
    min_size=4,
    max_size=25,
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, start=st.integers(0, 700), length=st.integers(0, 400))
def test_both_routes_give_the_same_figures_after_any_story(
    env: Env, steps: list[tuple[str, int, Decimal]], start: int, length: int
) -> None:
    savepoint = env.scope.connection.begin_nested()
    env.cache.clear()
    first = date(2025, 1, 1)
    a_rate(env, "USD", "0.9", first)
    ledgers.of(env).carries_forward = bool(length % 2)
    posted = []
    for verb, day, amount in steps:
        when = first + timedelta(days=day)
        try:
            with env.session.begin_nested():
                if verb == "entry":
                    an_entry(env, str(amount), day=when)
                elif verb == "close":
                    closing.close(env, fiscal_years.ensure(env, when))
                elif verb == "reopen":
                    closing.reopen(env, fiscal_years.ensure(env, when))
                elif verb == "pay":
                    for invoice in posted[-1:]:
                        a_payment(env, invoice, str(amount), date=max(when, invoice.date or when))
                else:
                    kind = InvoiceKind.SUPPLIER_INVOICE if verb == "bill" else InvoiceKind.CUSTOMER_INVOICE
                    currency = "USD" if verb == "foreign" else "EUR"
                    line = a_line("1", str(amount), [a_tax(env)] if verb == "invoice" else [])
                    posted.append(
                        an_invoice(env, line, date=when, kind=kind, currency=currency, party=a_party(env))
                    )
        except RuleBroken:
            env.session.expire_all()
    span = (first + timedelta(days=start), first + timedelta(days=start + length))
    months = periods.compared(Asked(*span, "month"))
    ends = [end for _start, end in months]

    def figures(*, scan: bool) -> list[Any]:
        income = statements.profit_and_loss(env, months, scan=scan)
        sheet = statements.balance_sheet(env, ends, scan=scan)
        cash = cash_flow(env, months, scan=scan)
        trial = balances.trial_balance(env, *span, scan=scan)
        places = range(len(months))
        assert [sheet.total_assets(place) for place in places] == [
            sheet.total_liabilities(place) for place in places
        ]
        assert [cash.opening[place] + cash.change(place) for place in places] == list(cash.closing)
        assert sum((row.closing for row in trial), D(0)) == 0
        return [
            [income.result(place) for place in places],
            [sheet.total_assets(place) for place in places],
            [cash.change(place) for place in places],
            [(row.account and row.account.code, row.opening, row.debit, row.credit) for row in trial],
        ]

    assert figures(scan=False) == figures(scan=True)
    for row in balances.trial_balance(env, *span):
        if row.account:
            page = ledger.general_ledger(env, row.account, *span)
            assert (page.opening, page.debit, page.credit) == (row.opening, row.debit, row.credit)
    for section in statements.profit_and_loss(env, [span]).sections.values():
        for one in section.rows:
            assert one.account is not None
            page = ledger.general_ledger(env, one.account, *span, kinds=balances.ORDINARY)
            assert abs(page.debit - page.credit) == abs(one.amounts[0])
    standing = {row.account.type: row.closing for row in balances.trial_balance(env, *span) if row.account}
    for kind, sign in ((AccountType.RECEIVABLE, 1), (AccountType.PAYABLE, -1)):
        owed = sum((row.total for row in partners.aged(env, kind, span[1])), D(0))
        assert sign * owed == standing.get(kind, D(0))
    assert list(verification.findings(env)) == []
    savepoint.rollback()
    env.session.expunge_all()


@pytest.mark.parametrize("name", ["cash-flow", "pivot", "profit-and-loss", "balance-sheet"])
def test_wide_sheets_are_files_too(env: Env, name: str) -> None:
    from addons.erp_accounting.web.reports import SHEETS

    a_business(env)
    sheet = printing.whole(env, name, SHEETS[name], Asked(*YEAR, "month"))

    assert workbook(env, sheet).startswith(b"PK")
    assert printing.pdf(env, sheet).startswith(b"%PDF-")


def test_comparisons_and_pivots_open_on_screen(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        a_business(env)
    for address in (
        "profit-and-loss?compare=month&from=2026-01-01&to=2026-12-31",
        "balance-sheet?compare=year&count=3&to=2026-12-31",
        "trial-balance?compare=previous&count=2&from=2026-01-01&to=2026-03-31",
        "cash-flow?compare=quarter&from=2026-01-01&to=2026-12-31",
        "pivot?rows=party&columns=quarter&measure=debit",
        "pivot?rows=nonsense&columns=nonsense&measure=nonsense",
    ):
        assert client.get(f"/accounting/{address}").status_code == 200, address
