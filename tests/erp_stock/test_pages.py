"""Every page of the addon answers, with goods of every kind on it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.erp_stock.models import Count, OperationKind, ReorderRule, Tracking
from addons.erp_stock.services import counts, shipments
from addons.erp_stock.services.quantities import Demand
from tests.erp_stock.factories import a_delivery, a_product, received, stock_of
from tests.erp_stock.test_landing import a_landed_cost
from tests.erp_stock.test_lots import lot_named, received_lot

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_stock")


def test_every_document_with_tracked_and_plain_goods_is_a_page(
    client: Visitor, workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        milk, lamp = a_product(env, name="Milk", tracking=Tracking.LOT), a_product(env, name="Lamp")
        bought = received(env, lamp, 10)
        received_lot(env, milk, "L-1", 5)
        delivery = a_delivery(env, (milk, 2), (lamp, 3))
        receipt = shipments.plan(
            env, OperationKind.RECEIPT, [Demand(milk, Decimal(4)), Demand(lamp, Decimal(1))]
        )
        count = env.add(Count, location_id=stock_of(env).id, reason="Year end")
        counts.start(env, count)
        rule = env.add(ReorderRule, product_id=lamp.id, location_id=stock_of(env).id, maximum=Decimal(5))
        paths = {
            "shipment": (delivery.id, receipt.id, bought.id),
            "count": (count.id,),
            "lot": (lot_named(env, "L-1").id,),
            "reorder_rule": (rule.id,),
            "landed_cost": (a_landed_cost(env, bought, value=20).id,),
        }

    pages = {
        f"/app/erp_stock/{model}/{id_}": client.get(f"/app/erp_stock/{model}/{id_}")
        for model, ids in paths.items()
        for id_ in ids
    }
    new = [
        client.get(f"/app/erp_stock/{model}/new") for model in ("shipment", "count", "reorder_rule", "scrap")
    ]

    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
    assert [page.status_code for page in new] == [200] * 4
    deliver, receive = (pages[f"/app/erp_stock/shipment/{id_}"].text for id_ in paths["shipment"][:2])
    assert "L-1" in deliver
    assert "Lot or serial" in receive
    assert "Product, lot or serial number" in deliver


def test_scans_answer_beside_the_field(client: Visitor, workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        lamp = a_product(env, name="Lamp", barcode="3453120000011")
        received(env, lamp, 10)
        delivery = a_delivery(env, (lamp, 3)).id

    client.get(f"/app/erp_stock/shipment/{delivery}")
    right = client.post(f"/stock/shipments/{delivery}/scan", {"code": "3453120000011"})
    wrong = client.post(f"/stock/shipments/{delivery}/scan", {"code": "4006381333931"})

    assert right.status_code in {200, 303}
    assert wrong.status_code == 422
    assert "4006381333931" in wrong.text
