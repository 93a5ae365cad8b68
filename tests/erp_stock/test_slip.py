from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from addons.erp_stock.reports import slip
from addons.erp_stock.services import shipments
from core.reports.render import render
from tests.erp_stock.factories import a_customer, a_delivery, a_product, received

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")


def test_the_slip_says_what_is_in_the_parcel_and_what_follows(env: Env) -> None:
    lamp, cable = a_product(env, name="Orla 40", code="ORL-40"), a_product(env, name="Cable")
    received(env, lamp, 4)
    received(env, cable, 1)
    delivery = a_delivery(
        env, (lamp, 6), (cable, 1), party_id=a_customer(env, name="Maison Verdier").id, origin="C-2026-0001"
    )
    shipments.ship(env, delivery)

    data = slip.DELIVERY_SLIP.data(env, delivery)

    assert (data["title"], data["number"], data["receiver"][0]) == (
        "Delivery slip",
        delivery.number,
        "Maison Verdier",
    )
    assert data["lines"] == [["Orla 40", "ORL-40", "4", "Piece of test"], ["Cable", "", "1", "Piece of test"]]
    assert data["later"] == [["Orla 40", "ORL-40", "2", "Piece of test"]]
    assert ["Order", "C-2026-0001"] in data["facts"]
    assert render(env, "erp_stock.delivery_slip", delivery).content.startswith(b"%PDF-")
