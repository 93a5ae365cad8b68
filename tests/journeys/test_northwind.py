"""A real trader's two years, from the import of the files to the ledger: 830 orders, known to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.db import directory
from northwind import source
from northwind.__main__ import run

if TYPE_CHECKING:
    from core.platform import Platform

EXPECTED = {
    "orders": 830,
    "net": "1265793.29",
    "delivered": 809,
    "revenue": "1239855.85",
    "vat": "247971.28",
    "invoiced": "1487827.13",
    "paid_count": 719,
    "paid": "1294192.39",
    "open_count": 90,
    "open": "193634.74",
    "open_customers": 55,
    "receipts": "914046.96",
    "cogs": "853150.22",
    "inventory": "60896.74",
    "on_hand": 4317,
    "reserved": 1198,
    "prospects": 2,
    "top_customer": "QUICK",
    "top_customer_net": "110277.32",
    "trial_balance": "0.00",
}


@pytest.mark.skipif(
    not source.FOLDER.parent.is_dir(),
    reason=f"The public data is not beside the project: {source.FOLDER.parent}",
)
def test_the_trader_s_books_close_to_the_cent(platform: Platform) -> None:
    name = "northwind_test"

    found, broken = run(platform, name)

    assert broken == []
    assert found == EXPECTED
    directory.drop(platform.server, name)
