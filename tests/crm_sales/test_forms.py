from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.crm_sales.models import Order, Quote
from tests.base.factories import a_party
from tests.catalog.factories import a_product, a_tax
from tests.crm_sales.factories import a_confirmed_order, an_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales")

D = Decimal
EMPTY_ROW = {"position": "1", "quantity": "1", "unit_price": "0.00", "discount": "0"}
"""What the inputs of a row hold before a product was chosen."""


def test_a_new_quote_takes_price_and_taxes_from_the_product_that_was_picked(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        party, product = a_party(env).id, a_product(env, sale_taxes=[a_tax(env)]).id
    row = {f"lines.n1.{name}": value for name, value in EMPTY_ROW.items()}
    form = {"party": str(party), "quoted_on": "24 Nov 2026", "valid_until": "24 Dec 2026", "currency": "EUR"}

    answer = visitor("Camille").post(
        "/app/crm_sales/quote/new", form | row | {"lines.n1.product": str(product)}, partial=True
    )

    assert answer.status_code == 200, answer.text
    with workspace.env() as env:
        quote = env.session.scalars(select(env[Quote])).one()
        [line] = quote.lines
        assert (line.description, line.unit_price, quote.total) == ("Pendant Orla 40", D(189), D("226.80"))
        assert answer.headers["HX-Redirect"] == f"/app/crm_sales/quote/{quote.id}"


def test_editing_the_lines_of_a_confirmed_order_amends_it(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        order = a_confirmed_order(env)
        order_id, before = order.id, order.total
        rows = {
            f"lines.{line.id}.{name}": value
            for position, line in enumerate(order.lines, 1)
            for name, value in (
                ("product", str(line.product_id)),
                ("position", str(position)),
                ("description", line.description),
                ("quantity", "10"),
                ("unit_price", f"{line.unit_price:f}"),
                ("discount", f"{line.discount:f}"),
                ("taxes", str(line.taxes[0].id)),
            )
        }

    answer = visitor("Camille").post(f"/app/crm_sales/order/{order_id}/lines/lines", rows, partial=True)

    assert answer.status_code == 200, answer.text
    with workspace.env() as env:
        order = env.get(Order, order_id)
        assert [line.quantity for line in order.lines] == [D(10)] * 3
        assert order.net == sum(line.net for line in order.lines) == D("8769.50")
        assert order.total != before


def test_a_double_click_on_confirm_is_answered_with_a_sentence(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        order_id = an_order(env).id
    camille = visitor("Camille")

    answers = [
        camille.post(f"/app/crm_sales/order/{order_id}/actions/confirm", partial=True) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 409]
    with workspace.env() as env:
        assert env.get(Order, order_id).status == "confirmed"
