from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from addons.erp_purchase.models import Quotation, QuotationState
from tests.erp_purchase.factories import a_vendor
from tests.erp_purchase.test_requests import a_request, an_offer
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_purchase")


def test_the_lines_of_an_offer_are_given_none_is_added_or_taken_away(
    workspace: LiveWorkspace, client: Visitor
) -> None:
    with workspace.env() as env:
        request = a_request(env, (a_product(env, name="Orla 40"), 10))
        quotation = an_offer(env, request, a_vendor(env), None)
        id_, line = quotation.id, quotation.lines[0].id
    page = f"/app/erp_purchase/quotation/{id_}"

    shown = client.get(page).text
    client.post(
        f"{page}/lines/lines",
        {
            f"lines.{line}.position": "1",
            f"lines.{line}.delete": "1",
            f"lines.{line}.unit_price": "9.50",
            "lines.n2.unit_price": "1",
        },
    )

    assert ("data-line-add" in shown, "data-line-remove" in shown) == (False, False)
    with workspace.env() as env:
        found = env.get(Quotation, id_)
        assert [str(one.unit_price.normalize()) for one in found.lines if one.unit_price] == ["9.5"]
        assert found.state is QuotationState.ANSWERED


def test_a_reader_compares_and_does_not_choose(workspace: LiveWorkspace, visitor: object) -> None:
    with workspace.env() as env:
        request = a_request(env, (a_product(env, name="Orla 40"), 10))
        an_offer(env, request, a_vendor(env, name="Nordlicht"), ("9", 3))
        id_ = request.id
    reader = visitor(roles=["erp_purchase.reader"])  # type: ignore[operator]  # the fixture's callable

    page = reader.get(f"/purchasing/requests/{id_}")
    refused = reader.post(f"/purchasing/requests/{id_}/best", {})

    assert (page.status_code, "Nordlicht" in page.text, "Make orders" in page.text) == (200, True, False)
    assert refused.status_code == 403
