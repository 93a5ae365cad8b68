"""The ERP in a browser: an order is confirmed, delivered and invoiced, and every page is accessible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from addons.erp_orders.services import orders
from core.registry.verify import verify
from core.testing.browser import violations
from tests.bridge_crm_erp.factories import a_confirmed_sales_order, sold
from tests.erp_orders.factories import a_line, a_tax
from tests.erp_stock.factories import a_customer, a_product, received

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.browser
ERP = pytest.mark.addons("erp_orders", "erp_stock", "erp_accounting")
BOTH = pytest.mark.addons("crm_sales", "erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp")

WORDS = {
    "en": {
        "confirm": "Confirm order",
        "deliveries": "Deliveries",
        "validate": "Validate",
        "invoice": "Create invoice",
    },
    "fr": {
        "confirm": "Confirmer la commande",
        "deliveries": "Livraisons",
        "validate": "Valider",
        "invoice": "Créer la facture",
    },
}


@ERP
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_an_order_is_confirmed_delivered_and_invoiced_by_clicking(
    browse: Callable[..., Any], workspace: LiveWorkspace, locale: str
) -> None:
    words = WORDS[locale]
    with workspace.env() as env:
        lamp = a_product(env, name="Orla 40")
        received(env, lamp, 10)
        lines = [a_line(lamp, 3, 20, taxes=[a_tax(env)])]
        order_id = orders.create(env, a_customer(env, name="Maison Verdier"), lines).id

    with browse(locale=locale) as page:
        page.goto(f"/app/erp_orders/order/{order_id}")
        assert violations(page) == []
        page.get_by_role("button", name=words["confirm"]).click()
        page.get_by_role("button", name=words["invoice"]).wait_for()
        page.locator("main").get_by_role("link", name=words["deliveries"]).first.click()
        page.wait_for_url("**/app/erp_stock/shipment/**")
        page.locator("main table a[href^='/app/erp_stock/shipment/']").first.click()
        page.get_by_role("button", name=words["validate"]).first.wait_for()
        assert violations(page) == []
        with page.expect_navigation():
            page.get_by_role("button", name=words["validate"]).first.click()
        page.get_by_role("button", name=words["validate"]).first.wait_for(state="hidden")
        page.wait_for_load_state("networkidle")
        page.goto(f"/app/erp_orders/order/{order_id}")
        page.get_by_role("button", name=words["invoice"]).click()
        page.wait_for_url("**/app/erp_accounting/invoice/*")

    with workspace.env() as env:
        from addons.erp_accounting.models import Invoice
        from addons.erp_orders.models import Order, Progress

        order = env.get(Order, order_id)
        assert (order.delivery, order.lines[0].delivered) == (Progress.FULLY, 3)
        assert [invoice.total for invoice in env.session.query(env[Invoice])] == [72]
    assert verify(workspace.platform, workspace.entry) == []


@BOTH
@pytest.mark.parametrize("looks", [{}, {"dark": True}, {"phone": True, "locale": "fr"}], ids=str)
def test_the_pages_of_stock_orders_and_bridge_are_accessible(
    browse: Callable[..., Any], workspace: LiveWorkspace, looks: dict[str, Any]
) -> None:
    with workspace.env() as env:
        lamp = a_product(env, name="Orla 40")
        received(env, lamp, 10)
        for quantity in (3, 30):
            a_confirmed_sales_order(env, sold(lamp, quantity), party=a_customer(env, name="Maison Verdier"))
    pages = (
        "/bridge",
        "/app/erp_orders/order/",
        "/app/erp_orders/order/1",
        "/app/erp_orders/order/new",
        "/app/erp_stock/shipment/?list=deliveries",
        "/app/erp_stock/quant/",
        "/app/erp_stock/valuation/",
        "/app/erp_stock/move/",
        "/app/erp_stock/count/new",
        "/app/erp_stock/scrap/new",
        "/app/erp_stock/warehouse/1",
        "/app/bridge_crm_erp/effect/",
    )
    with browse(**looks) as page:
        for path in pages:
            page.goto(path)

            assert (path, page.locator("h1").count()) == (path, 1)
            assert (path, violations(page)) == (path, [])
