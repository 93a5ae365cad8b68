"""The guided closing of a month, and the balances taken over from another system."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from addons.erp_accounting.models import Account, Entry, EntryState, InvoiceKind, JournalKind
from addons.erp_accounting.queries import month_end
from addons.erp_accounting.services import entries, ledgers, opening, payments, tax_returns, verification
from tests.erp_accounting.bank import a_statement, told
from tests.erp_accounting.factories import (
    a_draft,
    a_party,
    an_account,
    an_entry,
    an_invoice,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
MARCH = date(2026, 3, 1)


def left(env: Env, start: date = MARCH) -> dict[str, int]:
    return {check.name: check.count for check in month_end.month(env, start).checks if check.count}


def test_a_month_says_what_is_left(env: Env) -> None:
    assert left(env) == {}
    a_draft(env)
    a_draft(env, kind=InvoiceKind.SUPPLIER_INVOICE)
    a_draft(env, date=date(2026, 4, 1))
    suspense = env.session.scalars(select(env[Account]).where(env[Account].code == "2430")).one()
    lines = [
        entries.Posting(suspense.id, debit=D(9)),
        entries.Posting(an_account(env, "retained").id, credit=D(9)),
    ]
    entries.post_new(env, journal=JournalKind.GENERAL, date=date(2026, 3, 5), lines=lines)
    entries.draft(env, journal=JournalKind.GENERAL, date=date(2026, 3, 31), lines=lines)
    an_entry(env, "40", debit="inventory", credit="goods_received")
    invoice = an_invoice(env)
    payments.register(env, [invoice], amount=D(130), date=date(2026, 3, 9))

    month = month_end.month(env, MARCH)

    assert left(env) == {
        "customer_drafts": 1,
        "supplier_drafts": 1,
        "entry_drafts": 1,
        "payments": 1,
        "suspense": 1,
        "received": 1,
    }
    assert {check.name: check.amount for check in month.checks if check.amount} == {
        "payments": D(30),
        "suspense": D(9),
        "received": D(40),
    }
    assert month.left == 4


def test_lines_of_the_bank_and_a_return_that_is_due_stand_there_too(env: Env) -> None:
    tax_returns.file(env, date(2026, 2, 1), date(2026, 2, 28))
    a_statement(env, told("400", "unknown", day=date(2026, 3, 4)))

    checks = {check.name: check for check in month_end.month(env, MARCH).checks if check.count}

    assert set(checks) == {"bank", "suspense", "tax"}
    assert (checks["bank"].count, checks["bank"].amount) == (1, D(400))
    assert left(env, date(2026, 2, 1)) == {}


def test_the_next_month_to_close_follows_the_lock(env: Env) -> None:
    ledgers.set_locks(env, ledgers.of(env), everything=date(2026, 2, 28))

    assert month_end.first_open(env) == MARCH
    assert month_end.month(env, date(2026, 2, 1)).locked("sales")
    assert not month_end.month(env, MARCH).locked("everything")
    assert month_end.month(env, date(2026, 12, 1)).ends_year


def test_the_page_locks_step_by_step(
    workspace: LiveWorkspace, client: Visitor, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        an_entry(env)
    page = client.get("/accounting/closing?month=2026-03")
    locked = client.post("/accounting/closing/lock", {"month": "2026-03", "scope": "sales"})
    whole = client.post("/accounting/closing/lock", {"month": "2026-03", "scope": "everything"})
    wrong = client.post("/accounting/closing/lock", {"month": "2026-03", "scope": "nothing"})
    year = client.post("/accounting/closing/year", {"month": "2026-12"})

    assert "Closing of March 2026" in page.text
    assert (locked.status_code, whole.status_code, wrong.status_code) == (303, 303, 404)
    assert client.get("/accounting/closing?month=nonsense").status_code == 422
    assert year.headers["location"].startswith("/app/erp_accounting/fiscal_year/")
    with workspace.env() as env:
        books = ledgers.of(env)
        assert (books.lock_sales, books.lock_all, books.lock_hard) == (
            date(2026, 3, 31),
            date(2026, 3, 31),
            None,
        )
        assert list(verification.findings(env)) == []
    reader = visitor("Rita", roles=["erp_accounting.viewer"])
    assert reader.get("/accounting/closing").status_code == 403
    assert reader.post("/accounting/closing/lock", {"month": "2026-04", "scope": "hard"}).status_code == 403


CSV = """Compte;Libellé;Débit;Crédit;Tiers;Échéance
1010;Banque;1 250,50;;;
1100;F-77;300,00;;Kervran;15/01/2026
3100;Capital;;1 550,50;;
2000;;;;;
"""


def test_balances_become_one_draft(env: Env) -> None:
    party = a_party(env, name="Kervran")

    entry = opening.import_balances(env, CSV.encode("cp1252"), date(2026, 1, 1))

    assert (entry.state, entry.date, entry.journal.kind) == (
        EntryState.DRAFT,
        date(2026, 1, 1),
        JournalKind.OPENING,
    )
    assert [(one.account.code, one.debit, one.credit, one.party_id) for one in entry.lines] == [
        ("1010", D("1250.50"), D(0), None),
        ("1100", D(300), D(0), party.id),
        ("3100", D(0), D("1550.50"), None),
    ]
    entries.post(env, entry)
    assert entry.number == "OPEN-2026-0001"
    assert list(verification.findings(env)) == []


def test_a_workbook_is_read_too_with_currencies(env: Env) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[Any]] = [
        ["Account", "Debit", "Credit", "Currency", "Amount in currency"],
        [1010, 80, None, "USD", 100],
        [1010, 3, None, "TND", 10.125],
        ["3100", None, 83, None, None],
    ]
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)

    entry = opening.import_balances(env, out.getvalue(), date(2026, 1, 1))

    assert [(one.currency, one.amount_currency) for one in entry.lines] == [
        ("USD", D(100)),
        ("TND", D("10.125")),
        ("EUR", D(-83)),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Account,Debit\n1010,1\n", "The first row lacks these headings: Credit."),
        ("Account,Debit,Credit\n1010,1,\n3100,,2\n", "differ by"),
        ("Account,Debit,Credit\n9999,1,\n3100,,1\n", "Row 2: there is no account 9999."),
        ("Account,Debit,Credit\n1010,one,\n3100,,1\n", "Row 2: “one” is not an amount."),
        ("Account,Debit,Credit\n1100,1,\n3100,,1\n", "Row 2: 1100 Customers needs a customer or supplier."),
        (
            "Account,Debit,Credit,Party\n1100,1,,Nobody\n3100,,1,\n",
            "Row 2: there is no contact “Nobody”, or more than one.",
        ),
        ("Account,Debit,Credit,Due\n1010,1,,soon\n3100,,1,\n", "Row 2: “soon” is not a date."),
    ],
)
def test_a_wrong_row_refuses_the_file_whole(env: Env, text: str, problem: str) -> None:
    with pytest.raises(opening.OpeningRefused) as refused:
        opening.import_balances(env, text.encode(), date(2026, 1, 1))

    assert len(refused.value.problems) == 1
    assert problem in refused.value.problems[0]
    assert env.session.scalars(select(env[Entry].id)).all() == []


def test_the_page_takes_a_file_or_says_what_is_wrong(workspace: LiveWorkspace, client: Visitor) -> None:
    good = b"Account,Debit,Credit\n1010,10,\n3100,,10\n"
    form = {"date": "2026-01-01"}

    page = client.get("/accounting/opening")
    model = client.get("/accounting/opening/model.csv")
    none = client.post("/accounting/opening", form)
    bad = client.post("/accounting/opening", form, files={"file": ("b.csv", b"Account\n1\n", "text/csv")})
    done = client.post("/accounting/opening", form, files={"file": ("b.csv", good, "text/csv")})

    assert (page.status_code, none.status_code, bad.status_code, done.status_code) == (200, 422, 422, 303)
    assert "1010" in model.text
    assert "lacks these headings" in bad.text
    assert client.get(done.headers["location"]).status_code == 200
