"""Example vendors with prices, and orders in several states."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Party
from addons.catalog.models import Product, ProductKind
from addons.erp_purchase.models import Request, RequestLine, VendorPrice
from addons.erp_purchase.services import orders, requests
from core.api import _, round_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.erp_purchase.services.orders import LineInput
    from core.api import Env

PART = Decimal("0.6")
"""Without a cost of its own, an example product is bought at this part of its sale price."""
LEAD_DAYS = (7, 12)
DEARER = (Decimal(1), Decimal("1.04"))


def example_purchases(env: Env) -> None:
    """Two vendors with prices; a confirmed order, a draft, and a request that both answered."""
    product = env[Product]
    goods = env.session.scalars(
        select(product).where(product.kind == ProductKind.GOODS, product.active).order_by(product.id).limit(4)
    ).all()
    if not goods:
        return
    vendors = [_vendor(env, name) for name in (_("Verreries du Rhône"), _("Nordlicht Leuchten"))]
    for place, vendor in enumerate(vendors):
        for item in goods:
            _prices(env, vendor, item, place)
    env.session.flush()
    for place, vendor in enumerate(vendors):
        order = orders.create(
            env,
            vendor,
            _lines(env, vendor, goods[place : place + 2]),
            expected_on=env.today() + timedelta(days=LEAD_DAYS[place]),
            owner_id=env.user.id or None,
        )
        if place == 0:
            orders.confirm(env, order)
    _request(env, goods[:3])


def _request(env: Env, goods: Sequence[Product]) -> None:
    line = env[RequestLine]
    request = env.add(
        Request,
        title=str(_("Lamps for the spring fair")),
        answer_by=env.today() + timedelta(days=5),
        needed_on=env.today() + timedelta(days=30),
        owner_id=env.user.id or None,
        lines=[
            line(
                position=place,
                product=item,
                product_id=item.id,
                description=item.name,
                quantity=Decimal(10 * place),
                unit=item.unit,
                unit_id=item.unit_id,
            )
            for place, item in enumerate(goods, start=1)
        ],
    )
    for quotation in requests.invite_known(env, request):
        requests.take_known_prices(env, quotation)


def _vendor(env: Env, name: str) -> Party:
    party = env[Party]
    found = env.session.scalars(select(party).where(party.name == str(name))).first()
    return found or env.add(Party, name=str(name), is_supplier=True)


def _prices(env: Env, vendor: Party, item: Product, place: int) -> None:
    cost = round_money((item.cost or item.sale_price * PART) * DEARER[place], env.company.currency)
    for minimum, discount in ((1, 0), (20, 5)):
        env.session.add(
            env[VendorPrice](
                party_id=vendor.id,
                party=vendor,
                product_id=item.id,
                product=item,
                vendor_code=f"{'VR' if place == 0 else 'NL'}-{item.code or item.id}",
                min_quantity=Decimal(minimum),
                price=cost,
                discount=Decimal(discount),
                currency=env.company.currency,
                lead_days=LEAD_DAYS[place],
            )
        )


def _lines(env: Env, vendor: Party, goods: Sequence[Product]) -> list[LineInput]:
    found = []
    for place, item in enumerate(goods):
        quantity = Decimal(10 * (place + 1))
        found.append(orders.priced(env, vendor, item, quantity))
    return found
