from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rest.test_api import CUSTOMERS, DEALS, a_customer, a_deal

if TYPE_CHECKING:
    from tests.rest.conftest import Api

pytestmark = pytest.mark.addons("sample_rights")


def test_a_role_reads_and_writes_what_it_may_and_never_meets_a_secret(api: Api, seller: Api) -> None:
    customer = a_customer(api, credit="77.7700")
    secret = a_deal(api, customer_id=customer, probability=95, title="Hidden")
    open_one = a_deal(api, customer_id=customer, title="Open", margin="88.88")

    listed = seller("GET", DEALS)
    read = seller("GET", f"{DEALS}/{open_one['id']}")

    assert [item["title"] for item in listed.json["items"]] == ["Open"]
    assert "margin" not in read.json
    assert "credit" not in seller("GET", f"{CUSTOMERS}/{customer}").json
    assert seller("GET", f"{DEALS}/{secret['id']}").status == 404
    assert seller("PATCH", f"{DEALS}/{secret['id']}", {"title": "x"}).status == 404
    assert seller("PATCH", f"{DEALS}/{open_one['id']}", {"margin": "1"}).status == 422
    assert seller("GET", DEALS, query={"margin__gt": "1"}).status == 422
    assert seller("GET", DEALS, query={"sort": "margin"}).status == 422
    assert seller("POST", CUSTOMERS, {"name": "x"}).status == 403
    assert seller("DELETE", f"{DEALS}/{open_one['id']}").status == 403
    assert seller("PATCH", f"{DEALS}/{open_one['id']}", {"probability": 95}).status in {403, 404, 409}
    assert "credit" not in str(seller("GET", "openapi.json").json)
