"""What a vendor asks for a product, and who asks what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.services import currencies
from addons.catalog.services.units import convert, price_in
from addons.erp_purchase.models import VendorPrice
from core.api import HUNDRED, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.catalog.models import Product, Unit
    from core.api import Env

DIGITS = 6
"""Prices are stored with six decimals."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A vendor's price for a quantity: for one ``unit``, before the discount, in ``currency``."""

    price: VendorPrice
    unit: Unit
    unit_price: Decimal
    discount: Decimal
    currency: str
    lead_days: int | None

    @property
    def net_price(self) -> Decimal:
        """What one unit costs after the discount."""
        return self.unit_price * (HUNDRED - self.discount) / HUNDRED


def best(
    env: Env,
    product: Product,
    quantity: Decimal,
    *,
    party_id: int,
    unit: Unit | None = None,
    currency: str = "",
    on: date | None = None,
) -> Terms | None:
    """The vendor's price that holds for a quantity of a product; None when they have none.

    The highest minimum quantity that is reached wins, then the latest start. ``unit`` and ``currency`` are
    those of the answer, by default those of the price.
    """
    asked = unit or product.unit
    fitting = [
        price
        for price in valid(env, [product.id], party_ids=[party_id], on=on)
        if price.min_quantity <= _in(quantity, asked, price.unit or product.unit)
    ]
    if not fitting:
        return None
    chosen = max(
        fitting,
        key=lambda price: (
            _in(price.min_quantity, price.unit or product.unit, asked),
            price.start_on.toordinal() if price.start_on else 0,
            price.id,
        ),
    )
    return terms(env, chosen, unit=unit, currency=currency, on=on)


def terms(
    env: Env, price: VendorPrice, *, unit: Unit | None = None, currency: str = "", on: date | None = None
) -> Terms:
    """A price in another unit and another currency, at the rate of the day."""
    per = price.unit or price.product.unit
    amount = price.price if unit is None else price_in(price.price, per, unit)
    target = currency or price.currency
    if target != price.currency:
        rate = currencies.rate_on(env, price.currency, on) / currencies.rate_on(env, target, on)
        amount = round_half_up(amount * rate, DIGITS)
    return Terms(price, unit or per, amount, price.discount, target, price.lead_days)


def valid(
    env: Env,
    product_ids: Iterable[int],
    *,
    party_ids: Iterable[int] | None = None,
    on: date | None = None,
) -> Sequence[VendorPrice]:
    """The prices of products that hold on a day, of all vendors or of some."""
    day = on or env.today()
    model = env[VendorPrice]
    query = select(model).where(
        model.company_id == env.company_id,
        model.product_id.in_(sorted(set(product_ids))),
        (model.start_on.is_(None)) | (model.start_on <= day),
        (model.end_on.is_(None)) | (model.end_on >= day),
    )
    if party_ids is not None:
        query = query.where(model.party_id.in_(sorted(set(party_ids))))
    return env.session.scalars(query.order_by(model.id)).all()


def preferred(
    env: Env, product: Product, quantity: Decimal, *, on: date | None = None
) -> tuple[Terms, Decimal] | None:
    """The vendor to buy from when nobody chose one, and how much: at least the vendor's minimum.

    Those whose minimum is reached come first; among them the cheapest after discount in company currency,
    then the fastest, then the oldest price. In the product's own unit; None when no vendor has a price.
    """
    found = []
    for party_id in sorted({price.party_id for price in valid(env, [product.id], on=on)}):
        reached = best(env, product, quantity, party_id=party_id, unit=product.unit, on=on)
        offer = reached or lowest(env, product, party_id=party_id, unit=product.unit, on=on)
        if offer is not None:
            per = offer.price.unit or product.unit
            found.append(
                (reached is None, offer, max(quantity, _in(offer.price.min_quantity, per, product.unit)))
            )
    if not found:
        return None

    def rank(row: tuple[bool, Terms, Decimal]) -> tuple[object, ...]:
        short, offer, amount = row
        rate = currencies.rate_on(env, offer.currency, on)
        slow = offer.lead_days if offer.lead_days is not None else 10**6
        return (short, amount if short else 0, offer.net_price * rate, slow, offer.price.id)

    _short, offer, amount = min(found, key=rank)
    return offer, amount


def lowest(
    env: Env,
    product: Product,
    *,
    party_id: int,
    unit: Unit | None = None,
    currency: str = "",
    on: date | None = None,
) -> Terms | None:
    """The vendor's price with the lowest minimum quantity."""
    steps = valid(env, [product.id], party_ids=[party_id], on=on)
    step = min(steps, key=lambda one: (one.min_quantity, one.id), default=None)
    return terms(env, step, unit=unit, currency=currency, on=on) if step is not None else None


def lead_times(env: Env, wanted: Mapping[Product, Decimal]) -> dict[int, int]:
    """How many days the vendor takes from whom these quantities would be bought, by id of the product.

    Nothing where no vendor has a price, or the vendor does not say.
    """
    if not wanted:
        return {}
    priced = {price.product_id for price in valid(env, [product.id for product in wanted])}
    found = {
        product.id: preferred(env, product, quantity)
        for product, quantity in wanted.items()
        if product.id in priced
    }
    return {
        product_id: chosen[0].lead_days
        for product_id, chosen in found.items()
        if chosen is not None and chosen[0].lead_days is not None
    }


def arrival(lead_days: int | None, ordered_on: date) -> date | None:
    """The day goods ordered on a day should be here; None when no lead time is known."""
    return None if lead_days is None else ordered_on + timedelta(days=lead_days)


def _in(quantity: Decimal, source: Unit, target: Unit) -> Decimal:
    return quantity if source.id == target.id else convert(quantity, source, target)
