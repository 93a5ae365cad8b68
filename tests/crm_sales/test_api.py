"""Orders through the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.crm_sales.models import Order
from core.security import tokens
from tests.catalog.factories import a_product
from tests.crm_sales.factories import a_party

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

API = "/api/v1/crm_sales.order"


@pytest.mark.addons("crm_sales")
def test_an_order_needs_its_customer_only(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        party, product = a_party(env).id, a_product(env, name="Lamp").id
        token = tokens.create(env, "Program", ["write"], user_id=client.person.id if client.person else 0)
    headers = {"Authorization": f"Bearer {token}"}

    made = client.http.post(
        API, json={"party_id": party, "lines": [{"product_id": product}]}, headers=headers
    )
    empty = client.http.post(API, json={}, headers=headers)

    assert made.status_code == 201, made.text
    assert (empty.status_code, {one["field"] for one in empty.json()["errors"]}) == (422, {"party_id"})
    with workspace.env() as env:
        order = one(env)
        assert (order.order_date, order.currency) == (env.today(), env.company.currency)
        assert [line.description for line in order.lines] == ["Lamp"]


def one(env: Env) -> Order:
    return env.session.scalars(select(env[Order])).one()
