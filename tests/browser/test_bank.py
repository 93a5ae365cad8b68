"""The bank in a browser: a file is imported, its lines are matched by keys, and the balances agree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting import demo
from addons.erp_accounting.models import BankLine, BankStatement, Invoice, LineState
from core.registry.verify import verify
from core.testing.browser import violations
from tests.erp_accounting.bank import IBAN, a_bank
from tests.erp_accounting.factories import a_line, a_party, an_invoice, balance

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.addons("erp_accounting")]

WORDS = {
    "en": {"read": "Read the file", "close": "Close the statement", "charges": "Book as bank charges"},
    "fr": {"read": "Lire le fichier", "close": "Clôturer le relevé", "charges": "Passer en frais"},
}
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>11-2026</Id>
<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1321.60</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-31</Dt></Dt></Bal>
{entries}</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-03-{day}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>
</NtryDtls></Ntry>"""


def a_file(first: str | None, second: str | None) -> str:
    entries = (
        ENTRY.format(amount="240.00", sign="CRDT", day="05", text=f"VIR {first}"),
        ENTRY.format(amount="100.00", sign="CRDT", day="06", text=f"VIR {second}"),
        ENTRY.format(amount="18.40", sign="DBIT", day="31", text="FRAIS TENUE DE COMPTE"),
    )
    return CAMT.format(iban=IBAN, entries="".join(entries))


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_file_is_imported_matched_by_keys_and_closed_with_equal_balances(
    browse: Callable[..., Any], workspace: LiveWorkspace, locale: str
) -> None:
    words = WORDS[locale]
    with workspace.env() as env:
        a_bank(env)
        party = a_party(env, name="Maison Verdier")
        one, two = (an_invoice(env, a_line("1", price), party=party) for price in ("240", "100"))
        content = a_file(one.number, two.number).encode()
        invoices = [one.id, two.id]

    with browse(locale=locale) as page:
        page.goto("/accounting/bank/import")
        assert violations(page) == []
        page.set_input_files("#file", {"name": "mars.xml", "mimeType": "text/xml", "buffer": content})
        page.get_by_role("button", name=words["read"]).click()
        page.wait_for_url("**/accounting/bank/statement/*")
        assert violations(page) == []
        first, second, third = page.locator("a[data-line]").evaluate_all(
            "all => all.map(a => a.dataset.line)"
        )
        page.keyboard.press("j")
        page.locator(f"a[data-line='{second}'][aria-current]").wait_for()
        page.keyboard.press("k")
        page.locator(f"a[data-line='{first}'][aria-current]").wait_for()
        page.keyboard.press("Enter")
        page.locator(f"a[data-line='{second}'][aria-current]").wait_for()
        page.keyboard.press("n")
        page.locator(f"a[data-line='{third}'][aria-current]").wait_for()
        page.get_by_role("button", name=words["charges"]).click()
        page.locator("[data-accept]:not([disabled])").wait_for()
        page.keyboard.press("Enter")
        page.locator(f"a[data-line='{second}'][aria-current]").wait_for()
        page.locator("[data-certain]").click()
        close = page.get_by_role("button", name=words["close"])
        page.locator(f"button:has-text('{words['close']}'):not([disabled])").wait_for()
        assert violations(page) == []
        page.locator(".toast-x [data-act]").last.click()
        page.locator(f"a[data-line='{second}'][data-open]").wait_for()
        page.locator("[data-certain]").click()
        page.locator(f"button:has-text('{words['close']}'):not([disabled])").wait_for()
        close.click()
        page.locator("form[action$='/reopen']").wait_for()

    with workspace.env() as env:
        statement = env.session.scalars(select(env[BankStatement])).one()
        states = env.session.scalars(select(env[BankLine].state)).all()
        assert [env.get(Invoice, key).open_amount for key in invoices] == [0, 0]
        assert set(states) == {LineState.MATCHED}
        assert balance(env, "1010") == statement.closing - statement.opening == Decimal("321.60")
        assert statement.closed_at is not None
    assert verify(workspace.platform, workspace.entry) == []


@pytest.mark.parametrize("looks", [{}, {"dark": True}, {"phone": True, "locale": "fr"}], ids=str)
def test_the_pages_of_the_bank_are_accessible(
    browse: Callable[..., Any], workspace: LiveWorkspace, looks: dict[str, Any]
) -> None:
    with workspace.env() as env:
        demo.load(env)
        statement = env.session.scalars(select(env[BankStatement].id)).one()
    with browse(**looks) as page:
        for path in (
            "/accounting/bank",
            "/accounting/bank/import",
            f"/accounting/bank/statement/{statement}",
            f"/app/erp_accounting/bank_statement/{statement}",
            "/app/erp_accounting/bank_statement/",
            "/app/erp_accounting/bank_account/1",
            "/app/erp_accounting/bank_rule/",
            "/app/erp_accounting/bank_rule/1",
        ):
            page.goto(path)
            assert violations(page) == [], path
        page.goto(f"/accounting/bank/statement/{statement}?line=3")
        page.locator("[data-by-hand]").click()
        page.fill("#bank-q", "FA" if looks.get("locale") == "fr" else "INV")
        page.locator("#bank-found button, #bank-found p").first.wait_for()
        assert violations(page) == []
