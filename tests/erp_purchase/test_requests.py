from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from addons.base.models import ExchangeRate
from addons.erp_purchase.models import (
    OrderState,
    QuotationState,
    Request,
    RequestLine,
    RequestState,
    VendorPrice,
)
from addons.erp_purchase.queries import comparison
from addons.erp_purchase.services import requests
from core.api import RuleBroken, writing_closed
from core.mail.models import Mail
from tests.erp_purchase.factories import a_price, a_vendor
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from addons.base.models import Party
    from addons.catalog.models import Product
    from addons.erp_purchase.models import Quotation
    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase")


def a_request(env: Env, *wanted: tuple[Product, int], **values: Any) -> Request:
    """So much of each product is asked for."""
    line = env[RequestLine]
    return env.add(
        Request,
        lines=[
            line(
                position=place,
                product=product,
                product_id=product.id,
                description=product.name,
                quantity=Decimal(quantity),
                unit=product.unit,
                unit_id=product.unit_id,
            )
            for place, (product, quantity) in enumerate(wanted, start=1)
        ],
        **values,
    )


def an_offer(env: Env, request: Request, vendor: Party, *offers: tuple[str, int] | None) -> Quotation:
    """What a vendor answered: price and lead time of each line, None for no offer."""
    quotation = requests.invite(env, request, party=vendor)
    for line, offer in zip(quotation.lines, offers, strict=True):
        if offer is not None:
            line.unit_price, line.lead_days = Decimal(offer[0]), offer[1]
    env.session.flush()
    env.session.refresh(request)
    return quotation


def test_every_vendor_is_asked_for_every_line_once(env: Env) -> None:
    lamp, shade = a_product(env), a_product(env)
    request = a_request(env, (lamp, 10), (shade, 5))
    known, asked, unknown = a_vendor(env), a_vendor(env), a_vendor(env)
    a_price(env, known, lamp, 10)
    a_price(env, asked, shade, 4)

    requests.invite(env, request, party=asked)
    requests.invite_known(env, request)
    requests.invite(env, request, party=unknown)
    env.session.refresh(request)

    found = [(one.party_id, [line.quantity for line in one.lines]) for one in request.quotations]
    assert found == [(asked.id, [10, 5]), (known.id, [10, 5]), (unknown.id, [10, 5])]


def test_a_request_goes_out_by_mail_with_its_pdf(env: Env) -> None:
    request = a_request(env, (a_product(env, name="Orla 40"), 10), answer_by=env.today() + timedelta(days=7))
    vendor = a_vendor(env, name="Nordlicht")
    quotation = requests.invite(env, request, party=vendor)

    requests.send(env, quotation, "sales@nordlicht.example")

    mail = env.session.scalars(select(env[Mail])).one()
    assert mail.subject == f"Request for quotation {request.number} from {env.company.name}"
    assert "10 Piece of test Orla 40" in mail.text
    assert [(file.name, file.content[:5]) for file in mail.attachments] == [
        (f"{request.number}.pdf", b"%PDF-")
    ]
    assert (quotation.state, request.state) == (QuotationState.SENT, RequestState.SENT)


def test_offers_stand_side_by_side_in_company_currency(env: Env) -> None:
    env.add(ExchangeRate, company_id=env.company_id, currency="USD", date=env.today(), rate=Decimal("0.5"))
    lamp, shade = a_product(env), a_product(env)
    request = a_request(env, (lamp, 10), (shade, 5))
    an_offer(env, request, a_vendor(env), ("10", 9), ("4", 3))
    dollars = an_offer(env, request, a_vendor(env, purchase_currency="USD"), ("18", 5), None)
    an_offer(env, request, a_vendor(env), ("9", 5), ("6", 2))

    table = comparison.of(env, request)

    cells = [[(cell.price, cell.best, cell.fastest) for cell in row.cells] for row in table.rows]
    assert cells == [
        [(10, False, False), (9, True, True), (9, True, True)],
        [(4, True, False), (None, False, False), (6, False, True)],
    ]
    assert [(head.total, head.offers) for head in table.heads] == [(120, 2), (90, 1), (120, 2)]
    assert [line.quotation_id == dollars.id for line in comparison.best_offers(env, request)] == [True, False]


def test_what_is_chosen_becomes_an_order_for_each_vendor(env: Env) -> None:
    lamp, shade, cable = a_product(env), a_product(env), a_product(env)
    request = a_request(env, (lamp, 10), (shade, 5), (cable, 1))
    north, south = a_vendor(env), a_vendor(env)
    first = an_offer(env, request, north, ("10", 9), ("4", 3), ("1", 1))
    second = an_offer(env, request, south, ("9", 5), ("5", 2), None)
    requests.choose(env, first.lines[0])
    requests.choose(env, second.lines[0])
    requests.choose(env, first.lines[1])

    made = requests.make_orders(env, request)

    found = [
        (
            order.party_id,
            order.state,
            order.origin,
            [(o.product_id, o.quantity, o.unit_price) for o in order.lines],
        )
        for order in made
    ]
    assert found == [
        (north.id, OrderState.DRAFT, request.number, [(shade.id, 5, 4)]),
        (south.id, OrderState.DRAFT, request.number, [(lamp.id, 10, 9)]),
    ]
    assert second.lines[0].order_line_id == made[1].lines[0].id
    assert made[1].lines[0].expected_on == env.today() + timedelta(days=5)
    assert request.state is RequestState.DECIDED
    with pytest.raises(requests.NotOpen, match="is Decided"):
        requests.make_orders(env, request)


def test_nothing_is_ordered_of_what_nobody_offers_or_chose(env: Env) -> None:
    request = a_request(env, (a_product(env, name="Orla 40"), 10))
    quotation = an_offer(env, request, a_vendor(env, name="Nordlicht"), None)

    with pytest.raises(requests.NoOffer, match='Nordlicht made no offer for "Orla 40"'):
        requests.choose(env, quotation.lines[0])
    with pytest.raises(requests.NothingChosen):
        requests.make_orders(env, request)
    late = an_offer(env, request, a_vendor(env), ("10", 1))
    requests.choose(env, late.lines[0])
    late.valid_until = env.today() - timedelta(days=1)
    for use in (
        lambda: requests.choose(env, late.lines[0]),
        lambda: requests.make_orders(env, request),
        lambda: requests.keep_prices(env, late),
    ):
        with pytest.raises(requests.OfferExpired):
            use()


def test_the_database_allows_one_chosen_offer_a_line(env: Env) -> None:
    request = a_request(env, (a_product(env), 10))
    first, second = (an_offer(env, request, a_vendor(env), ("10", 1)) for _vendor in range(2))
    requests.choose(env, first.lines[0])

    with pytest.raises(IntegrityError), writing_closed(request):
        second.lines[0].chosen = True


def test_offers_become_prices_of_the_vendor(env: Env) -> None:
    lamp, vendor = a_product(env), a_vendor(env)
    request = a_request(env, (lamp, 10), (a_product(env), 1))
    quotation = an_offer(env, request, vendor, ("9.50", 5), None)
    quotation.valid_until = env.today() + timedelta(days=60)

    kept = requests.keep_prices(env, quotation)
    again = a_request(env, (lamp, 12))
    asked = requests.invite(env, again, party=vendor)
    requests.take_known_prices(env, asked)

    price = env.session.scalars(select(env[VendorPrice])).one()
    assert (kept, price.min_quantity, price.end_on) == (1, 10, quotation.valid_until)
    assert (asked.lines[0].unit_price, asked.lines[0].lead_days, asked.state) == (
        Decimal("9.50"),
        5,
        QuotationState.ANSWERED,
    )


def test_a_vendor_who_declines_has_no_offer_left(env: Env) -> None:
    request = a_request(env, (a_product(env), 10))
    quotation = an_offer(env, request, a_vendor(env), ("9.50", 5))
    requests.choose(env, quotation.lines[0])

    requests.decline(env, quotation)

    assert (quotation.state, quotation.lines[0].unit_price, quotation.lines[0].chosen) == (
        QuotationState.DECLINED,
        None,
        False,
    )


def test_nobody_chooses_by_hand(env: Env) -> None:
    request = a_request(env, (a_product(env), 10))

    an_offer(env, request, a_vendor(env), ("9.50", 5)).lines[0].chosen = True

    with pytest.raises(RuleBroken, match="nobody writes it by hand"):
        env.session.flush()
