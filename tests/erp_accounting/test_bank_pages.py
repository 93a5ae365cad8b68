"""The bank's pages: import, match, undo, close; who may, and what they say when refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import BankAccount, BankLine, BankStatement, Invoice, LineState
from addons.erp_accounting.services import charts
from core.api import Company
from core.security.models import User, UserCompany
from tests.erp_accounting.bank import a_bank, a_statement, accept, broken, lines_of, told
from tests.erp_accounting.factories import a_line, a_party, an_account, an_invoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
SHEET = """Date;Libellé;Montant
23/11/2026;VIR CASTELLANE;1 100,00
24/11/2026;FRAIS TENUE DE COMPTE;-18,40
"""


@pytest.fixture
def statement(workspace: LiveWorkspace) -> dict[str, int]:
    """A statement of two lines, of which the first pays an invoice for certain."""
    with workspace.env() as env:
        invoice = an_invoice(env, a_line("1", "240"), party=a_party(env, name="Hôtel des Tilleuls"))
        found = a_statement(env, told("240", f"VIR {invoice.number}"), told("-18.40", "FRAIS"))
        lines = [line.id for line in lines_of(env, found)]
        return {"id": found.id, "invoice": invoice.id, "first": lines[0], "second": lines[1]}


def test_the_screen_shows_lines_balances_proposals_and_the_planned_entry(
    client: Visitor, statement: dict[str, int]
) -> None:
    page = client.get(f"/accounting/bank/statement/{statement['id']}").text

    for words in ("€221.60", "0 of 2 lines matched", "Match with INV-2026-0001", "2430 Suspense account"):
        assert words in page
    assert "Match 1 certain line" in page
    assert "The balances agree" in page


def test_a_line_is_matched_and_the_next_one_comes(
    client: Visitor, workspace: LiveWorkspace, statement: dict[str, int]
) -> None:
    line = statement["first"]

    done = client.post(f"/accounting/bank/line/{line}/match", partial=True)
    again = client.post(f"/accounting/bank/line/{line}/match", partial=True)

    assert done.status_code == 200
    assert done.headers["HX-Push-Url"].endswith(f"?line={statement['second']}")
    assert f"/accounting/bank/line/{line}/undo" in done.headers["HX-Trigger"]
    assert again.status_code == 409
    assert "is already matched, by" in again.text
    with workspace.env() as env:
        assert env.get(Invoice, statement["invoice"]).open_amount == 0
        assert broken(env) == []
    client.post(f"/accounting/bank/line/{line}/undo")
    with workspace.env() as env:
        assert env.get(Invoice, statement["invoice"]).open_amount == 240
        assert broken(env) == []


def test_documents_and_an_account_are_chosen_by_hand_and_the_rest_is_told_while_choosing(
    client: Visitor, workspace: LiveWorkspace, statement: dict[str, int]
) -> None:
    with workspace.env() as env:
        bill = an_invoice(env, a_line("1", "90"), party=a_party(env, name="Brasserie Kervran"))
        number = bill.number
        fees = an_account(env, "bank_fees").id
    line = f"/accounting/bank/line/{statement['first']}"

    found = client.get(f"{line}/search?q=kervran", partial=True).text
    key = found.split('{"add": "', 1)[1].split('"', 1)[0]
    added = client.post(f"{line}/plan", {"by-hand": "1", "add": key}, partial=True).text
    wrong = client.post(
        f"{line}/plan", {"by-hand": "1", "take": key, f"amount-{key}": "many"}, partial=True
    ).text
    whole = {"by-hand": "1", "take": key, f"amount-{key}": "90.00", "rest": str(fees)}
    planned = client.post(f"{line}/plan", whole, partial=True).text
    short = client.post(f"{line}/match", {"by-hand": "1", "take": key}, partial=True)
    done = client.post(f"{line}/match", whole, partial=True)

    assert number
    assert number in found
    assert "€150.00 left to explain" in added
    assert "“many” is no amount." in wrong
    assert "6370 Bank charges" in planned
    assert "Balanced" in planned
    assert (short.status_code, done.status_code) == (409, 200)
    with workspace.env() as env:
        assert env.get(BankLine, statement["first"]).reason == "Chosen by hand"
        assert broken(env) == []


def test_a_line_of_another_of_my_companies_is_matched_in_its_own_books(
    client: Visitor, workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        other = env.add(Company, name="Lumen Inc.", currency="EUR", country="US").id
        for person in env.session.scalars(select(env[User])):
            env.add(UserCompany, user_id=person.id, company_id=other)
    with workspace.env(company_id=other) as env:
        charts.open_books(env)
        fees = an_account(env, "bank_fees").id
        [line] = [one.id for one in lines_of(env, a_statement(env, told("-18.40", "FRAIS")))]
    client.post("/company/all", {})

    done = client.post(
        f"/accounting/bank/line/{line}/match", {"by-hand": "1", "rest": str(fees)}, partial=True
    )

    assert done.status_code == 200
    with workspace.env() as env:
        entry = env.get(BankLine, line).match_entry
        assert entry is not None
        assert (entry.company_id, entry.journal.company_id) == (other, other)
        assert broken(env) == []


def test_everything_certain_is_matched_by_one_press_and_taken_back_by_one(
    client: Visitor, workspace: LiveWorkspace, statement: dict[str, int]
) -> None:
    done = client.post(f"/accounting/bank/statement/{statement['id']}/certain", partial=True)
    undo = done.headers["HX-Trigger"].split('"url":"', 1)[1].split('"', 1)[0]
    with workspace.env() as env:
        between = env.get(BankLine, statement["first"]).state
    client.post(undo)

    assert "1 line matched." in done.headers["HX-Trigger"]
    with workspace.env() as env:
        assert (between, env.get(BankLine, statement["first"]).state) == (LineState.MATCHED, LineState.OPEN)
        assert broken(env) == []


def test_a_statement_is_closed_only_when_everything_is_matched(
    client: Visitor, workspace: LiveWorkspace, statement: dict[str, int]
) -> None:
    base = f"/accounting/bank/statement/{statement['id']}"

    early = client.post(f"{base}/close", partial=True)
    with workspace.env() as env:
        accept(env, env.get(BankLine, statement["first"]))
        env.get(BankAccount, 1).fee_account_id = an_account(env, "bank_fees").id
    fees = {"hand": "1", "fees": "1"}
    client.post(f"/accounting/bank/line/{statement['second']}/match", fees, partial=True)
    closed = client.post(f"{base}/close", partial=True)
    refused = client.post(f"/accounting/bank/line/{statement['first']}/undo", partial=True)

    assert (early.status_code, closed.status_code, refused.status_code) == (409, 200, 409)
    assert "is closed" in refused.text


def test_a_csv_of_a_new_kind_shows_its_columns_first_and_the_next_one_comes_in_at_once(
    client: Visitor, workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        a_bank(env)

    shown = client.post("/accounting/bank/import", files={"file": ("nov.csv", SHEET.encode(), "text/csv")})
    values = {
        name: shown.text.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]
        for name in ("content", "name", "account")
    }
    columns = {"column-0": "date", "column-1": "label", "column-2": "amount", "order": "dmy", "decimal": ","}
    wrong = client.post("/accounting/bank/import", values | columns | {"step": "go", "closing": "x"})
    done = client.post("/accounting/bank/import", values | columns | {"step": "go", "closing": "2081.60"})
    more = SHEET + "25/11/2026;PRLV;-1,60\n"
    again = client.post("/accounting/bank/import", files={"file": ("dec.csv", more.encode(), "text/csv")})
    same = client.post("/accounting/bank/import", files={"file": ("dec.csv", more.encode(), "text/csv")})

    assert 'value="date" selected' in shown.text
    assert "“x” is no amount" in wrong.text
    assert (done.status_code, again.status_code, same.status_code) == (303, 303, 303)
    with workspace.env() as env:
        rows = env.session.scalars(select(env[BankStatement]).order_by(env[BankStatement].id)).all()
        assert [(row.opening, row.closing, row.line_count) for row in rows] == [
            (D(1000), D("2081.60"), 2),
            (D("2081.60"), D(2080), 1),
        ]
        assert broken(env) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"nonsense", "names the columns"),
        (b"<a/>", "has no bank statement"),
    ],
)
def test_a_refused_file_says_why_on_its_page_and_leaves_nothing(
    client: Visitor, workspace: LiveWorkspace, content: bytes, sentence: str
) -> None:
    with workspace.env() as env:
        a_bank(env)

    answer = client.post("/accounting/bank/import", files={"file": ("x.bin", content, "text/plain")})

    assert answer.status_code == 422
    assert sentence in answer.text
    with workspace.env() as env:
        assert env.session.scalars(select(env[BankStatement].id)).all() == []


def test_readers_look_and_only_accountants_match(
    visitor: Callable[..., Visitor], statement: dict[str, int]
) -> None:
    reader = visitor("Rita", roles=["erp_accounting.viewer"])
    seller = visitor("Sam", roles=["erp_accounting.status"])
    page = f"/accounting/bank/statement/{statement['id']}"
    line = f"/accounting/bank/line/{statement['first']}"

    shown = reader.get(page)

    assert shown.status_code == 200
    assert "data-accept" not in shown.text
    assert "/import" not in shown.text
    assert [reader.get("/accounting/bank").status_code, seller.get(page).status_code] == [200, 403]
    for address in (f"{line}/match", f"{line}/plan", f"{line}/undo", f"{page}/certain", f"{page}/close"):
        assert reader.post(address).status_code == 403, address
    assert reader.get("/accounting/bank/import").status_code == 403
