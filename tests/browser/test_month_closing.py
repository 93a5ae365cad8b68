"""A month is closed in a browser: what is left is done, it is locked, its year closed, the books verified."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import FiscalYear, YearState
from addons.erp_accounting.services import ledgers
from core.registry.verify import verify
from core.testing.browser import violations
from tests.erp_accounting.factories import a_draft, a_line, an_invoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.addons("l10n_fr")]

WORDS = {
    "en": {
        "title": "Closing of December 2025",
        "nothing": "Nothing is left",
        "sales": "Lock sales",
        "all": "Lock everything",
        "post": "Post",
        "year": "Go to the fiscal year",
        "close": "Close the year…",
        "confirm": "Close the year",
    },
    "fr": {
        "title": "Clôture\u00a0: décembre 2025",
        "nothing": "Plus rien à faire",
        "sales": "Verrouiller les ventes",
        "all": "Tout verrouiller",
        "post": "Comptabiliser",
        "year": "Aller à l’exercice",
        "close": "Clôturer l’exercice…",
        "confirm": "Clôturer l’exercice",
    },
}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_month_and_its_year_are_closed_by_clicking(
    browse: Callable[..., Any], workspace: LiveWorkspace, locale: str
) -> None:
    words = WORDS[locale]
    with workspace.env() as env:
        an_invoice(env, a_line("1", "500"), date=date(2025, 12, 3))
        a_draft(env, a_line("1", "40"), date=date(2025, 12, 20))

    with browse(locale=locale) as page:
        page.goto("/accounting/closing?month=2025-12")
        assert page.locator("h1").inner_text() == words["title"]
        assert violations(page) == []
        page.locator("#check-customer_drafts a").click()
        page.locator("main table a[href^='/app/erp_accounting/invoice/']").first.click()
        page.get_by_role("button", name=words["post"], exact=True).click()
        page.get_by_text("FA-2025-0002").first.wait_for()
        page.goto("/accounting/closing?month=2025-12")
        page.get_by_text(words["nothing"]).wait_for()
        for step in ("sales", "all"):
            page.get_by_role("button", name=words[step]).click()
            page.get_by_role("button", name=words[step]).wait_for(state="detached")
        assert violations(page) == []
        page.get_by_role("button", name=words["year"]).click()
        page.wait_for_url("**/app/erp_accounting/fiscal_year/*")
        page.get_by_role("button", name=words["close"]).click()
        with page.expect_response("**/actions/close"):
            page.get_by_role("dialog").get_by_role("button", name=words["confirm"]).click()
        page.get_by_text("CL-2025-0001").first.wait_for()
        assert violations(page) == []

    with workspace.env() as env:
        books = ledgers.of(env)
        assert (books.lock_sales, books.lock_all) == (date(2025, 12, 31), date(2025, 12, 31))
        year = env.session.scalars(select(env[FiscalYear])).one()
        assert (year.state, year.name) == (YearState.CLOSED, "2025")
    assert verify(workspace.platform, workspace.entry) == []
