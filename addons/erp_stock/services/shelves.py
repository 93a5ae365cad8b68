"""Keep what is on the shelf: the only place that changes quants.

Rows are always locked in the order (product, location, lot), so two transactions never wait for each other
in a circle; what is left of that risk, across several services in one transaction, the core retries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError

from addons.erp_stock.models import Location, LocationKind, Quant, StockedProduct, Tracking, kept
from addons.erp_stock.services.locking import fresh
from core.api import ZERO, RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from addons.catalog.models import Product
    from addons.erp_stock.models import Lot, Move
    from core.api import Env

Place = tuple[int, int, int]
"""A product's id, a location's id and a lot's id; 0 for goods that are not told apart."""


class Shortage(RuleBroken):
    """409; nothing was written."""

    def __init__(self, product: Product, location: Location, wanted: Decimal, available: Decimal) -> None:
        super().__init__(
            _(
                '"{product}": {wanted} wanted from {location}, {available} available.',
                product=product.name,
                wanted=plain(wanted),
                location=location.full_name,
                available=plain(available),
            ),
            hint=_("Receive or release some first, or move less."),
        )


class SerialElsewhere(RuleBroken):
    def __init__(self, lot: Lot, location: Location) -> None:
        super().__init__(
            _(
                'Serial number {lot} of "{product}" is already in {location}.',
                lot=lot.name,
                product=lot.product.name,
                location=location.full_name,
            ),
            hint=_("Check the number, or move it from there."),
        )


def left(move: Move) -> Place:
    """From where a move takes its goods."""
    return (move.product_id, move.source_location_id, move.lot_id or 0)


def reached(move: Move) -> Place:
    """Where a move puts its goods."""
    return (move.product_id, move.target_location_id, move.lot_id or 0)


def place_of(quant: Quant) -> Place:
    """The key of a quant."""
    return (quant.product_id, quant.location_id, quant.lot_id or 0)


def plain(quantity: Decimal) -> str:
    """A quantity without the zeros of its column: 6.000000 reads 6."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def locked(env: Env, places: Iterable[Place], *, create: Iterable[Place] = ()) -> dict[Place, Quant]:
    """The quants of these places, locked until the transaction ends; ``create`` makes missing ones."""
    kept.keep(env)
    wanted = sorted(set(places) | set(create))
    found = _locked(env, wanted)
    missing = sorted(set(create) - found.keys())
    if missing:
        _create(env, missing)
        found = _locked(env, wanted)
    return found


def available_under(env: Env, product_ids: Iterable[int], location: Location) -> Sequence[Quant]:
    """Quants with something to promise, in a location or below it, locked in the fixed order."""
    kept.keep(env)
    quant, place = env[Quant], env[Location]
    query = (
        select(quant)
        .join(place, place.id == quant.location_id)
        .where(
            quant.product_id.in_(sorted(set(product_ids))),
            quant.quantity > quant.reserved,
            place.kind == LocationKind.INTERNAL,
            under(place, location),
        )
        .order_by(*_order(quant))
        .with_for_update(of=quant)
    )
    return fresh(env, quant, query)


def under(place: type[Location], location: Location):  # type: ignore[no-untyped-def]  # noqa: ANN201  # a SQL criterion; its generic type says nothing more
    """The criterion: in this location or anywhere below it."""
    return (place.id == location.id) | place.full_name.startswith(f"{location.full_name}/", autoescape=True)


def on_hand(env: Env, product_ids: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """On hand and reserved in the company's internal locations, per product; one never seen is absent."""
    quant, place = env[Quant], env[Location]
    rows = env.session.execute(
        select(quant.product_id, func.sum(quant.quantity), func.sum(quant.reserved))
        .join(place, place.id == quant.location_id)
        .where(
            quant.product_id.in_(sorted(set(product_ids))),
            quant.company_id == env.company_id,
            place.kind == LocationKind.INTERNAL,
        )
        .group_by(quant.product_id)
    )
    return {product: (quantity, reserved) for product, quantity, reserved in rows}


def there(env: Env, product_id: int, location: Location) -> Decimal:
    """On hand of a product in a location or below it."""
    quant, place = env[Quant], env[Location]
    query = (
        select(func.sum(quant.quantity))
        .join(place, place.id == quant.location_id)
        .where(quant.product_id == product_id, place.kind == LocationKind.INTERNAL, under(place, location))
    )
    return env.session.scalar(query) or ZERO


def _locked(env: Env, wanted: Sequence[Place]) -> dict[Place, Quant]:
    if not wanted:
        return {}
    quant = env[Quant]
    query = (
        select(quant)
        .where(
            quant.product_id.in_(sorted({place[0] for place in wanted})),
            tuple_(quant.product_id, quant.location_id, func.coalesce(quant.lot_id, 0)).in_(wanted),
        )
        .order_by(*_order(quant))
        .with_for_update(of=quant)
    )
    return {place_of(row): row for row in fresh(env, quant, query)}


def _order(quant: type[Quant]) -> tuple[Any, ...]:
    """The order in which everybody locks."""
    return (quant.product_id, quant.location_id, func.coalesce(quant.lot_id, 0))


def _create(env: Env, places: Sequence[Place]) -> None:
    """Make empty quants; one that somebody else makes at the same moment is as good as ours."""
    product = env[StockedProduct]
    serials = set(
        env.session.scalars(
            select(product.id).where(
                product.id.in_({place[0] for place in places if place[2]}),
                product.tracking == Tracking.SERIAL,
            )
        )
        if any(place[2] for place in places)
        else ()
    )
    try:
        with env.session.begin_nested():
            env.session.add_all(
                env[Quant](
                    product_id=product_id,
                    location_id=location_id,
                    lot_id=lot_id or None,
                    serial=product_id in serials,
                )
                for product_id, location_id, lot_id in places
            )
    except IntegrityError:
        if len(places) > 1:
            for place in places:
                _create(env, [place])
