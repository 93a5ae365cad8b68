from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.erp_stock.models import Count, OperationKind, Tracking
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import barcodes, counts, scanning, shipments
from addons.erp_stock.services.barcodes import SEPARATOR, Scan
from addons.erp_stock.services.quantities import Demand
from tests.erp_stock.factories import a_delivery, a_product, on_shelf, received, stock_of

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")
TODAY = date(2026, 11, 24)
GTIN = "03453120000011"
assert barcodes.checks(GTIN)


def test_the_numbers_of_articles_are_known_by_their_check_digit() -> None:
    assert barcodes.read("3453120000011", TODAY) == Scan("3453120000011", gtin="3453120000011")
    assert barcodes.read("3453120000012", TODAY) == Scan("3453120000012")
    assert barcodes.checks("96385074")
    assert barcodes.forms("3453120000011") == {GTIN, "3453120000011"}


@settings(deadline=None)
@given(st.integers(0, 10**12 - 1))
def test_one_wrong_digit_is_always_found(number: int) -> None:
    digits = f"{number:012d}"
    [check] = [d for d in "0123456789" if barcodes.checks(digits + d)]

    wrong = str((int(digits[5]) + 1) % 10)

    assert not barcodes.checks(digits[:5] + wrong + digits[6:] + check)


@pytest.mark.parametrize(
    "typed",
    [
        f"]C101{GTIN}17270331" + f"10AB-12{SEPARATOR}3012",
        f"01{GTIN}1727033110AB-12{SEPARATOR}3012",
        f"(01){GTIN}(17)270331(10)AB-12(30)12",
        f"{SEPARATOR}01{GTIN}10AB-12{SEPARATOR}172703313012",
    ],
)
def test_a_gs1_code_says_article_lot_expiry_and_quantity(typed: str) -> None:
    scan = barcodes.read(typed, TODAY)

    assert (scan.gtin, scan.lot, scan.expires_on, scan.quantity) == (GTIN, "AB-12", date(2027, 3, 31), 12)


def test_dates_of_gs1_end_months_and_know_their_century() -> None:
    def expires(written: str) -> date | None:
        return barcodes.read(f"(01){GTIN}(17){written}", TODAY).expires_on

    assert [expires(w) for w in ("280200", "991231", "260132", "261301")] == [
        date(2028, 2, 29),
        date(1999, 12, 31),
        None,
        None,
    ]


def test_scans_pick_a_delivery_and_only_what_was_scanned_leaves(env: Env) -> None:
    lamp, cable = (
        a_product(env, name="Lamp", barcode="3453120000011"),
        a_product(env, name="Cable", code="CAB"),
    )
    received(env, lamp, 5)
    received(env, cable, 5)
    delivery = a_delivery(env, (lamp, 3), (cable, 2))

    said = [scanning.pick(env, delivery, typed) for typed in ("3453120000011", f"(01){GTIN}", "CAB")]
    with pytest.raises(scanning.Unknown, match='Nothing has the code "4006381333931"'):
        scanning.pick(env, delivery, "4006381333931")
    scanning.pick(env, delivery, "3453120000011")
    with pytest.raises(scanning.NotOnIt, match='"Lamp" is not, or no longer'):
        scanning.pick(env, delivery, "3453120000011")
    rest = shipments.ship(env, delivery)

    assert said == ["Lamp: 1 of 3", "Lamp: 2 of 3", "Cable: 1 of 2"]
    assert rest is not None
    assert [(m.product.name, m.quantity) for m in rest.moves] == [("Cable", 1)]


def test_scans_give_a_receipt_its_lots(env: Env) -> None:
    milk: Any = a_product(env, name="Milk", barcode="3453120000011", tracking=Tracking.LOT)
    receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(milk, Decimal(20), cost=Decimal(1))])

    scanning.pick(env, receipt, f"(01){GTIN}(17)280331(10)A(30)12")
    scanning.pick(env, receipt, f"(01){GTIN}(17)280430(10)B(30)8")
    shipments.ship(env, receipt)

    assert sorted((m.lot.name, m.quantity, m.lot.expires_on) for m in receipt.moves if m.lot) == [
        ("A", 12, date(2028, 3, 31)),
        ("B", 8, date(2028, 4, 30)),
    ]
    assert list(soundness.findings(env)) == []


def test_scans_of_serial_numbers_take_a_line_each(env: Env) -> None:
    saw: Any = a_product(env, name="Saw", barcode="3453120000011", tracking=Tracking.SERIAL)
    receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(saw, Decimal(3), cost=Decimal(50))])

    for number in ("S1", "S2"):
        scanning.pick(env, receipt, f"(01){GTIN}(21){number}")
    rest = shipments.ship(env, receipt)

    assert sorted(m.lot.name for m in receipt.moves if m.lot) == ["S1", "S2"]
    assert rest is not None
    assert [m.quantity for m in rest.moves] == [1]
    delivery = a_delivery(env, (saw, 1))
    assert scanning.pick(env, delivery, "S1") == "Saw S1: 1 of 1"


def test_scans_count(env: Env) -> None:
    lamp = a_product(env, name="Lamp", barcode="3453120000011")
    received(env, lamp, 5, 10)
    count = env.add(Count, location_id=stock_of(env).id, reason="Year end")
    counts.start(env, count)

    said = [scanning.count(env, count, "3453120000011") for _ in range(3)]
    counts.apply(env, count)

    assert said[-1] == "Lamp: 3 counted"
    assert on_shelf(env, lamp) == (3, 0)
