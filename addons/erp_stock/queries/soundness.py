"""What must always be true of the stock, compared as whole sets: a missing row is found like a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select, union_all
from sqlalchemy.orm import aliased

from addons.catalog.models import Product
from addons.erp_stock.models import (
    OWNED,
    Costing,
    Layer,
    Location,
    Lot,
    Move,
    MoveState,
    Quant,
    Shipment,
    StockedProduct,
    Tracking,
    Valuation,
)
from addons.erp_stock.services import recosting
from addons.erp_stock.services.costing import Flow, NotEnough
from addons.erp_stock.services.reservation import state_of
from addons.erp_stock.services.shelves import plain
from core.api import ZERO, Finding, _, round_money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from core.api import Env

Sums = dict[tuple[int, ...], "Decimal"]


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each place, product or shipment that does not add up."""
    yield from _shelves(env)
    yield from _serials(env)
    yield from _values(env)
    yield from _shipments(env)


def _shelves(env: Env) -> Iterator[Finding]:
    quant = env[Quant]
    on_hand: Sums = {}
    reserved: Sums = {}
    lot = func.coalesce(quant.lot_id, 0)
    for product, place, batch, quantity, held in env.session.execute(
        select(quant.product_id, quant.location_id, lot, quant.quantity, quant.reserved)
    ):
        on_hand[product, place, batch], reserved[product, place, batch] = quantity, held
    yield from _compare(env, "stock.quantity", on_hand, _moved(env), _("on the shelf"), _("by its moves"))
    yield from _compare(env, "stock.reserved", reserved, _held(env), _("reserved"), _("held by ready moves"))


def _moved(env: Env) -> Sums:
    """Arrived less left, per product and location of ours."""
    move, place = env[Move], env[Location]
    legs = [
        select(
            move.product_id.label("product"),
            end.label("place"),
            func.coalesce(move.lot_id, 0).label("lot"),
            (move.quantity * sign).label("quantity"),
        )
        .join(place, place.id == end)
        .where(move.state == MoveState.DONE, place.kind.in_(OWNED))
        for end, sign in ((move.target_location_id, 1), (move.source_location_id, -1))
    ]
    both = union_all(*legs).subquery()
    rows = env.session.execute(
        select(both.c.product, both.c.place, both.c.lot, func.sum(both.c.quantity)).group_by(
            both.c.product, both.c.place, both.c.lot
        )
    )
    return {(product, location, lot): quantity for product, location, lot, quantity in rows}


def _held(env: Env) -> Sums:
    move, place = env[Move], env[Location]
    lot = func.coalesce(move.lot_id, 0)
    rows = env.session.execute(
        select(move.product_id, move.source_location_id, lot, func.sum(move.quantity))
        .join(place, place.id == move.source_location_id)
        .where(move.state == MoveState.READY, place.kind.in_(OWNED))
        .group_by(move.product_id, move.source_location_id, lot)
    )
    return {(product, location, batch): quantity for product, location, batch, quantity in rows}


def _serials(env: Env) -> Iterator[Finding]:
    """A serial number is in one place of ours at most, and there it is one piece."""
    quant, lot, product = env[Quant], env[Lot], env[StockedProduct]
    rows = env.session.execute(
        select(lot.name, func.sum(quant.quantity))
        .join(lot, lot.id == quant.lot_id)
        .join(product, product.id == lot.product_id)
        .where(product.tracking == Tracking.SERIAL)
        .group_by(lot.id)
        .having(func.sum(quant.quantity) > 1)
    )
    for number, quantity in rows:
        yield Finding("stock.serial", number, str(_("{n} pieces have this number", n=plain(quantity))))
    rows = env.session.execute(
        select(product.name, func.sum(quant.quantity))
        .join(product, product.id == quant.product_id)
        .where((product.tracking == Tracking.NONE) != quant.lot_id.is_(None), quant.quantity > 0)
        .group_by(product.id)
    )
    for name, quantity in rows:
        yield Finding(
            "stock.lots", name, str(_("{n} are tracked otherwise than the product", n=plain(quantity)))
        )


def _values(env: Env) -> Iterator[Finding]:
    """Quantity and value of each product = the sum of its layers = what its moves say = what is left, when
    FIFO."""
    valuation, layer, product = env[Valuation], env[Layer], env[StockedProduct]
    kept: Sums = {}
    worth: Sums = {}
    for company, product_id, quantity, value in env.session.execute(
        select(valuation.company_id, valuation.product_id, valuation.quantity, valuation.value)
    ):
        kept[product_id, company], worth[product_id, company] = quantity, value
    layers: Sums = {}
    layered: Sums = {}
    left: Sums = {}
    left_worth: Sums = {}
    rows = env.session.execute(
        select(
            layer.company_id,
            layer.product_id,
            func.sum(layer.quantity),
            func.sum(layer.value),
            func.sum(layer.left_quantity),
            func.sum(layer.left_value),
        ).group_by(layer.company_id, layer.product_id)
    )
    for company, product_id, quantity, value, left_quantity, left_value in rows:
        layers[product_id, company], layered[product_id, company] = quantity, value
        left[product_id, company], left_worth[product_id, company] = left_quantity, left_value
    yield from _compare(env, "stock.layers", kept, layers, _("in stock"), _("by its layers"))
    yield from _compare(env, "stock.value", worth, layered, _("is the stock value"), _("by its layers"))
    fifo = set(env.session.scalars(select(product.id).where(product.costing == Costing.FIFO)))
    for kind, total, rest in (("stock.left", kept, left), ("stock.left_value", worth, left_worth)):
        expected = {key: value for key, value in total.items() if key[0] in fifo}
        found = {key: value for key, value in rest.items() if key[0] in fifo}
        yield from _compare(env, kind, expected, found, _("in stock"), _("left in its layers"))
    yield from _compare(env, "stock.owned", kept, _owned(env), _("is valued"), _("on the shelves"))
    yield from _crossings(env)
    yield from _recosted(env)


def _recosted(env: Env) -> Iterator[Finding]:
    """Every layer has the value that all moves of its product, valued again in their order, give it."""
    valuation, layer = env[Valuation], env[Layer]
    currency = env.company.currency
    for row in env.session.scalars(
        select(valuation).where(valuation.company_id == env.company_id, valuation.method.is_not(None))
    ):
        steps, outside = recosting.steps(env, row)
        flow = Flow(row.method == Costing.FIFO.value, lambda amount: round_money(amount, currency))
        flow.moved.update(outside)
        try:
            for step in steps:
                flow.take(step)
        except NotEnough:
            yield Finding("stock.order", row.product.name, str(_("more left than there was")))
            continue
        kept = {
            move_id: (value, quantity, worth)
            for move_id, value, quantity, worth in env.session.execute(
                select(layer.move_id, layer.value, layer.left_quantity, layer.left_value).where(
                    layer.product_id == row.product_id,
                    layer.company_id == row.company_id,
                    layer.id > row.since_id,
                )
            )
        }
        for key, outcome in flow.outcomes.items():
            if kept[key] != (outcome.value, outcome.left_quantity, outcome.left_value):
                detail = _("move {move} is not valued as its product's moves say", move=key)
                yield Finding("stock.cost", row.product.name, str(detail))


def _owned(env: Env) -> Sums:
    quant = env[Quant]
    rows = env.session.execute(
        select(quant.product_id, quant.company_id, func.sum(quant.quantity)).group_by(
            quant.product_id, quant.company_id
        )
    )
    return {(product, company): quantity for product, company, quantity in rows}


def _crossings(env: Env) -> Iterator[Finding]:
    """Each move across our border has exactly one layer, of its quantity and value; no other move has one."""
    move, layer = env[Move], env[Layer]
    source, target = aliased(env[Location]), aliased(env[Location])
    sign = case((target.kind.in_(OWNED), 1), else_=-1)
    wanted = (
        select(move.id, (move.quantity * sign).label("quantity"), move.value)
        .join(source, source.id == move.source_location_id)
        .join(target, target.id == move.target_location_id)
        .where(move.state == MoveState.DONE, source.kind.in_(OWNED) != target.kind.in_(OWNED))
        .subquery()
    )
    rows = env.session.execute(
        select(func.coalesce(wanted.c.id, layer.move_id))
        .select_from(wanted)
        .join(layer, layer.move_id == wanted.c.id, full=True)
        .where(
            wanted.c.quantity.is_distinct_from(layer.quantity) | wanted.c.value.is_distinct_from(layer.value)
        )
    )
    for (move_id,) in rows:
        yield Finding("stock.crossing", f"move {move_id}", str(_("the move and its layer differ")))


def _shipments(env: Env) -> Iterator[Finding]:
    shipment, move = env[Shipment], env[Move]
    rows = env.session.execute(
        select(shipment.number, shipment.state, func.array_agg(move.state.distinct()))
        .join(move, move.shipment_id == shipment.id)
        .group_by(shipment.id)
    )
    for number, state, states in rows:
        follows = state_of([MoveState(value) for value in states])
        if follows is not state:
            detail = _("is {state}, by its moves {follows}", state=state.label, follows=follows.label)
            yield Finding("stock.shipment", number, str(detail))


def _compare(env: Env, kind: str, kept: Sums, found: Sums, says: str, proof: str) -> Iterator[Finding]:
    product = env[Product]
    differing = sorted(
        key for key in kept.keys() | found.keys() if kept.get(key, ZERO) != found.get(key, ZERO)
    )
    if not differing:
        return
    rows = env.session.execute(
        select(product.id, product.name).where(product.id.in_({key[0] for key in differing}))
    )
    names = {id_: name for id_, name in rows}  # noqa: C416  # a Row is no pair for dict()
    for key in differing:
        kept_amount, found_amount = plain(kept.get(key, ZERO)), plain(found.get(key, ZERO))
        detail = _(
            "{kept} {says}, {found} {proof}", kept=kept_amount, says=says, found=found_amount, proof=proof
        )
        yield Finding(kind, names.get(key[0], f"product {key[0]}"), str(detail))
