"""A warehouse in a browser: a count that puts the books right; an order with a back-order and a return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_orders.services import orders
from addons.erp_stock.models import Count, CountState, Shipment, ShipmentState
from core.registry.verify import verify
from core.testing.browser import violations
from tests.erp_orders.factories import a_line
from tests.erp_stock.factories import a_customer, a_product, on_shelf, received, stock_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.addons("erp_stock")]

WORDS = {
    "en": {
        "list": "List the products",
        "unknown": 'Nothing has the code "4006381333931".',
        "apply": "Apply the count",
        "confirm": "Confirm order",
        "validate": "Validate",
        "return": "Return…",
        "reason": "Reason",
    },
    "fr": {
        "list": "Lister les articles",
        "unknown": "Rien ne porte le code",
        "apply": "Appliquer l’inventaire",
        "confirm": "Confirmer la commande",
        "validate": "Valider",
        "return": "Retourner…",
        "reason": "Motif",
    },
}
in_both_languages = pytest.mark.parametrize(
    "looks", [{"locale": "en"}, {"locale": "fr", "phone": True, "dark": True}], ids=["en", "fr"]
)


@in_both_languages
def test_a_count_with_a_scanner_puts_the_books_right(
    browse: Callable[..., Any], workspace: LiveWorkspace, looks: dict[str, Any]
) -> None:
    words = WORDS[looks["locale"]]
    with workspace.env() as env:
        lamp = a_product(env, name="Orla 40", barcode="3453120000011")
        received(env, lamp, 3, 10)
        count_id = env.add(Count, location_id=stock_of(env).id, reason="Year end").id
        lamp_id = lamp.id

    with browse(**looks) as page:
        page.goto("/stock")
        assert violations(page) == []
        page.goto(f"/app/erp_stock/count/{count_id}")
        with page.expect_navigation():
            page.get_by_role("button", name=words["list"]).click()
        page.wait_for_load_state("networkidle")
        for _ in range(2):
            with page.expect_response("**/scan"):
                page.locator("#scan input[name=code]").fill("3453120000011")
                page.keyboard.press("Enter")
            page.wait_for_load_state("networkidle")
        with page.expect_response("**/scan"):
            page.locator("#scan input[name=code]").fill("4006381333931")
            page.keyboard.press("Enter")
        page.get_by_text(words["unknown"]).wait_for()
        assert violations(page) == []
        page.get_by_role("button", name=words["apply"]).click()
        with page.expect_navigation():
            page.locator("dialog[open]").get_by_role("button", name=words["apply"]).click()
        page.wait_for_load_state("networkidle")

    with workspace.env() as env:
        from addons.catalog.models import Product

        assert env.get(Count, count_id).state is CountState.DONE
        assert on_shelf(env, env.get(Product, lamp_id)) == (2, 0)
    assert verify(workspace.platform, workspace.entry) == []


@pytest.mark.addons("erp_orders", "erp_stock")
@in_both_languages
def test_an_order_is_delivered_in_part_and_comes_back(
    browse: Callable[..., Any], workspace: LiveWorkspace, looks: dict[str, Any]
) -> None:
    words = WORDS[looks["locale"]]
    with workspace.env() as env:
        lamp = a_product(env, name="Orla 40")
        received(env, lamp, 4, 10)
        order_id = orders.create(env, a_customer(env), [a_line(lamp, 6, 20)]).id
        lamp_id = lamp.id

    with browse(**looks) as page:
        page.goto(f"/app/erp_orders/order/{order_id}")
        with page.expect_navigation():
            page.get_by_role("button", name=words["confirm"]).first.click()
        with workspace.env() as env:
            delivery_id = env.session.scalars(
                select(env[Shipment].id).order_by(env[Shipment].id.desc())
            ).first()
        page.goto(f"/app/erp_stock/shipment/{delivery_id}")
        assert violations(page) == []
        with page.expect_navigation():
            page.get_by_role("button", name=words["validate"]).first.click()
        page.wait_for_load_state("networkidle")
        page.goto(f"/app/erp_stock/shipment/{delivery_id}")
        if looks.get("phone"):
            page.locator("[popovertarget=record-more]").click()
            page.get_by_role("menuitem", name=words["return"]).click()
        else:
            page.get_by_role("button", name=words["return"]).first.click()
        page.get_by_label(words["reason"]).fill("Wrong colour")
        with page.expect_navigation():
            page.locator("dialog[open]").get_by_role("button").last.click()
        with page.expect_navigation():
            page.get_by_role("button", name=words["validate"]).first.click()
        page.wait_for_load_state("networkidle")
        page.goto("/stock")
        assert violations(page) == []
        page.goto(f"/app/erp_orders/order/{order_id}")
        assert violations(page) == []

    with workspace.env() as env:
        from addons.catalog.models import Product
        from addons.erp_orders.models import Order

        line = env.get(Order, order_id).lines[0]
        assert (line.delivered, line.returned, line.reserved) == (4, 4, 2)
        shipment = env[Shipment]
        rest = env.session.scalars(select(shipment).where(shipment.backorder_of_id == delivery_id)).one()
        back = env.session.scalars(select(shipment).where(shipment.return_of_id == delivery_id)).one()
        assert (back.state, [m.quantity for m in back.moves]) == (ShipmentState.DONE, [4])
        assert (rest.state, on_shelf(env, env.get(Product, lamp_id))) == (ShipmentState.READY, (4, 2))
    assert verify(workspace.platform, workspace.entry) == []
