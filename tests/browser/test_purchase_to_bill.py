"""Purchasing in a browser: offers become an order that is received, billed and returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import Invoice, InvoiceState
from addons.erp_purchase.models import Order, Progress
from core.registry.verify import verify
from core.testing.browser import violations
from tests.erp_purchase.factories import a_confirmed_order, a_line, a_price, a_vendor, rules
from tests.erp_purchase.test_requests import a_request, an_offer
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = [
    pytest.mark.browser,
    pytest.mark.addons("erp_purchase", "erp_stock", "erp_accounting"),
]

WORDS = {
    "en": {
        "lowest": "Choose the lowest prices",
        "order": "Make orders",
        "confirm": "Confirm order",
        "receipts": "Receipts",
        "validate": "Validate",
        "bill": "Create bill",
        "post": "Post",
        "refused": "does not match",
        "posted": "Invoice posted.",
        "return": "Return…",
        "reason": "Reason",
    },
    "fr": {
        "lowest": "Choisir les prix les plus bas",
        "order": "Créer les commandes",
        "confirm": "Confirmer la commande",
        "receipts": "Réceptions",
        "validate": "Valider",
        "bill": "Créer la facture",
        "post": "Comptabiliser",
        "refused": "n’est pas conforme",
        "posted": "Facture comptabilisée.",
        "return": "Retourner…",
        "reason": "Motif",
    },
}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_offers_become_an_order_that_is_received_billed_and_returned(
    browse: Callable[..., Any], workspace: LiveWorkspace, locale: str
) -> None:
    words = WORDS[locale]
    with workspace.env() as env:
        rules(env, bill_quantity_over=10)
        request = a_request(env, (a_product(env, name="Orla 40"), 10))
        an_offer(env, request, a_vendor(env, name="Nordlicht"), ("21", 3))
        an_offer(env, request, a_vendor(env, name="Verreries du Rhône"), ("20", 9))
        request_id = request.id

    with browse(locale=locale) as page:
        page.goto(f"/purchasing/requests/{request_id}")
        assert violations(page) == []
        page.get_by_role("button", name=words["lowest"]).click()
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name=words["order"]).click()
        page.wait_for_url("**/app/erp_purchase/order/*")
        order_page = page.url
        assert violations(page) == []
        page.get_by_role("button", name=words["confirm"]).click()
        page.get_by_role("button", name=words["bill"]).wait_for()
        page.locator("main").get_by_role("link", name=words["receipts"]).first.click()
        page.wait_for_url("**/app/erp_stock/shipment/**")
        if "/shipment/?" in page.url:
            page.locator("main table a[href^='/app/erp_stock/shipment/']").first.click()
        page.get_by_role("button", name=words["validate"]).first.wait_for()
        receipt_page = page.url
        page.locator("input[name$='.picked']").first.fill("4")
        page.keyboard.press("Tab")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.keyboard.press("Control+s")
        page.wait_for_load_state("networkidle")
        with page.expect_navigation():
            page.get_by_role("button", name=words["validate"]).first.click()
        page.wait_for_load_state("networkidle")

        page.goto(order_page)
        page.get_by_role("button", name=words["bill"]).click()
        page.wait_for_url("**/app/erp_accounting/invoice/*")
        _bill(page, "5", words)
        page.get_by_text(words["refused"]).first.wait_for()
        assert violations(page) == []
        page.reload()
        _bill(page, "4,4" if locale == "fr" else "4.4", words)
        page.get_by_text(words["posted"]).first.wait_for()

        page.goto(receipt_page)
        page.get_by_role("button", name=words["return"]).first.click()
        page.get_by_label(words["reason"]).fill("Cracked")
        with page.expect_navigation():
            page.locator("dialog[open], .modal").get_by_role("button").last.click()
        page.get_by_role("button", name=words["validate"]).first.wait_for()
        with page.expect_navigation():
            page.get_by_role("button", name=words["validate"]).first.click()
        page.wait_for_load_state("networkidle")

    with workspace.env() as env:
        (order,) = env.session.scalars(select(env[Order])).all()
        line = order.lines[0]
        (bill,) = env.session.scalars(select(env[Invoice])).all()
        assert (order.party.name, line.received, line.returned) == ("Verreries du Rhône", 4, 4)
        assert (bill.state, str(line.billed.normalize()), order.receipt) == (
            InvoiceState.POSTED,
            "4.4",
            Progress.NOTHING,
        )
    assert verify(workspace.platform, workspace.entry) == []


def _bill(page: Any, quantity: str, words: dict[str, str]) -> None:
    """Write a quantity on the only line, save it and post."""
    page.locator("input[name$='.quantity']").first.fill(quantity)
    page.keyboard.press("Tab")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Control+s")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name=words["post"], exact=True).first.click()


@pytest.mark.parametrize("looks", [{}, {"dark": True}, {"phone": True, "locale": "fr"}], ids=str)
def test_the_pages_of_purchasing_are_accessible(
    browse: Callable[..., Any], workspace: LiveWorkspace, looks: dict[str, Any]
) -> None:
    with workspace.env() as env:
        lamp, vendor = a_product(env, name="Orla 40"), a_vendor(env, name="Nordlicht")
        a_price(env, vendor, lamp, 20)
        a_confirmed_order(env, a_line(lamp, 3, 20), party=vendor)
        request = a_request(env, (lamp, 10))
        an_offer(env, request, vendor, ("21", 3))
        from addons.erp_purchase.wires.accounting import billing
        from tests.erp_purchase.test_with_stock import receive

        order = a_confirmed_order(env, a_line(lamp, 3, 20), party=vendor)
        receive(env, order)
        billing.create_bill(env, order)
    pages = (
        "/app/erp_purchase/order/",
        "/app/erp_purchase/order/1",
        "/app/erp_purchase/order/new",
        "/app/erp_purchase/request/",
        "/app/erp_purchase/request/1",
        "/app/erp_purchase/request/new",
        "/app/erp_purchase/quotation/1",
        "/purchasing/requests/1",
        "/app/erp_purchase/price/",
        "/app/erp_purchase/price/1",
        "/app/erp_purchase/dashboard/purchasing",
        "/app/erp_purchase/price_difference/",
        "/purchasing/rules",
        "/app/erp_accounting/invoice/1",
    )
    with browse(**looks) as page:
        for path in pages:
            page.goto(path)

            assert (path, page.locator("h1").count()) == (path, 1)
            assert (path, violations(page)) == (path, [])
