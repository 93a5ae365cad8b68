"""Goods told apart: made when they come in, proposed when they leave, never in two places."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_stock.models import (
    LocationKind,
    Lot,
    Move,
    MoveState,
    Quant,
    Removal,
    Shipment,
    StockedProduct,
    Tracking,
)
from addons.erp_stock.services import reservation, shelves
from addons.erp_stock.services.acting import acting
from core.api import Invalid, RuleBroken, _, format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from addons.catalog.models import Product
    from core.api import Env

NEVER = date.max


class NoLot(RuleBroken):
    def __init__(self, product: Product, tracking: Tracking) -> None:
        super().__init__(
            _('"{product}" needs a serial number for each piece.', product=product.name)
            if tracking is Tracking.SERIAL
            else _('"{product}" needs a lot number.', product=product.name),
            hint=_("Enter it on the line."),
        )


class NotTracked(RuleBroken):
    def __init__(self, product: Product) -> None:
        super().__init__(
            _('"{product}" is not tracked by lots.', product=product.name),
            hint=_("Leave the lot empty, or choose how the product is tracked."),
        )


class OtherProduct(RuleBroken):
    def __init__(self, lot: Lot, product: Product) -> None:
        super().__init__(
            _(
                'Lot {lot} is one of "{its}", not of "{product}".',
                lot=lot.name,
                its=lot.product.name,
                product=product.name,
            ),
            hint=_("Choose a lot of this product."),
        )


class Expired(RuleBroken):
    def __init__(self, move: Move, lot: Lot) -> None:
        super().__init__(
            _(
                'Lot {lot} of "{product}" expired on {day}.',
                lot=lot.name,
                product=move.product.name,
                day=format_date(lot.expires_on) if lot.expires_on else "",
            ),
            hint=_("Choose another lot, or ask a stock manager to let it leave."),
        )


class NotSoMany(Invalid):
    def __init__(self, move: Move, given: int) -> None:
        message = _(
            '{given} numbers for {quantity} of "{product}".',
            given=given,
            quantity=shelves.plain(move.quantity),
            product=move.product.name,
        )
        super().__init__(message, fields={"numbers": message})


def tracking_of(product: Product) -> Tracking:
    """How a product is told apart."""
    return product.tracking if isinstance(product, StockedProduct) else Tracking.NONE


def refuse_untold(product: Product, lot: Lot | None) -> None:
    """Refuse goods that are tracked without a lot, or not tracked with one."""
    tracking = tracking_of(product)
    if tracking is Tracking.NONE and lot is not None:
        raise NotTracked(product)
    if tracking is not Tracking.NONE and lot is None:
        raise NoLot(product, tracking)
    if lot is not None and lot.product_id != product.id:
        raise OtherProduct(lot, product)


def named(env: Env, product: Product, number: str, expires_on: date | None, received_on: date) -> Lot:
    """The lot of a product with a number, made when there is none; an expiry is filled in, never changed."""
    model = env[Lot]
    query = select(model).where(
        model.product_id == product.id, model.name == number.strip(), model.company_id == env.company_id
    )
    with env.session.no_autoflush:
        lot = env.session.scalars(query).first()
    days = product.shelf_days if isinstance(product, StockedProduct) else None
    expires = expires_on or (received_on + timedelta(days=days) if days is not None else None)
    if lot is None:
        lot = model(product_id=product.id, product=product, name=number.strip(), expires_on=expires)
        with env.session.begin_nested():
            env.session.add(lot)
    elif lot.expires_on is None:
        lot.expires_on = expires
    return lot


def settle(env: Env, moves: Sequence[Move], on: date, *, expired: bool) -> None:
    """Give each move of tracked goods its lot, and refuse what has expired on its way to a customer."""
    for move in moves:
        if move.lot_id is None and move.lot_number and tracking_of(move.product) is not Tracking.NONE:
            move.lot = named(env, move.product, move.lot_number, move.lot_expires_on, on)
            move.lot_id = move.lot.id
        refuse_untold(move.product, move.lot)
        lot = move.lot
        if lot is None:
            continue
        if tracking_of(move.product) is Tracking.SERIAL and move.quantity != 1:
            raise NoLot(move.product, Tracking.SERIAL)
        leaves = move.target_location.kind is LocationKind.CUSTOMER
        if leaves and not expired and lot.is_expired(on):
            raise Expired(move, lot)


def refuse_elsewhere(env: Env, moves: Sequence[Move]) -> None:
    """Refuse a serial number that comes in while it is in a place of ours; its lot is locked."""
    coming = [
        move
        for move in moves
        if move.lot is not None
        and tracking_of(move.product) is Tracking.SERIAL
        and move.target_location.is_owned
        and not move.source_location.is_owned
    ]
    if not coming:
        return
    lot, quant = env[Lot], env[Quant]
    ids = sorted({move.lot_id for move in coming if move.lot_id})
    if len(ids) < len(coming):
        twice = next(move for move in coming if sum(m.lot_id == move.lot_id for m in coming) > 1)
        assert twice.lot is not None  # noqa: S101 - filtered above
        raise shelves.SerialElsewhere(twice.lot, twice.target_location)
    env.session.execute(select(lot.id).where(lot.id.in_(ids)).order_by(lot.id).with_for_update())
    with env.session.no_autoflush:
        there = env.session.scalars(select(quant).where(quant.lot_id.in_(ids), quant.quantity > 0)).first()
    if there is not None and there.lot is not None:
        raise shelves.SerialElsewhere(there.lot, there.location)


def in_order_of_leaving(env: Env, quants: Sequence[Quant]) -> list[Quant]:
    """The quants as they are proposed: the first to expire, or the first that came."""
    with_lot = {quant.lot_id for quant in quants if quant.lot_id}
    if not with_lot:
        return list(quants)
    lot = env[Lot]
    found = {one.id: one for one in env.session.scalars(select(lot).where(lot.id.in_(with_lot)))}

    def key(quant: Quant) -> tuple[Any, ...]:
        its = found.get(quant.lot_id or 0)
        product = quant.product
        fefo = isinstance(product, StockedProduct) and product.removal is Removal.FEFO
        expires = (its.expires_on or NEVER) if its is not None and fefo else NEVER
        return (quant.product_id, expires, quant.lot_id or 0, quant.location_id)

    return sorted(quants, key=key)


def that_may_leave(env: Env, move: Move, quants: Sequence[Quant]) -> list[Quant]:
    """What a move may take: the lot that was chosen; else, for a customer, what has not expired by then. What
    is picked or packed is for where the last of its steps goes."""
    if move.lot_id is not None:
        return [quant for quant in quants if quant.lot_id == move.lot_id]
    last = move
    while last.next is not None:
        last = last.next
    if last.target_location.kind is not LocationKind.CUSTOMER:
        return list(quants)
    day = max(move.planned_on, env.today())
    return [quant for quant in quants if quant.lot is None or not quant.lot.is_expired(day)]


@acting("choose the lot of a delivery", locks=True)
def choose(env: Env, shipment: Shipment, move: Move, lot: Lot) -> None:
    """Take another lot than the one proposed, and reserve it instead."""
    shipment = reservation.locked(env, shipment)
    move, lot = env.get(Move, move.id), env.get(Lot, lot.id)
    refuse_untold(move.product, lot)
    if not move.is_open:
        raise reservation.NotOpen(shipment)
    if move.state is MoveState.READY and move.source_location.is_owned:
        reservation.give_back(env, [move])
        move.source_location = shipment.source_location
        move.source_location_id = move.source_location.id
        move.state = MoveState.WAITING
    move.lot, move.lot_id, move.lot_chosen = lot, lot.id, True
    env.session.flush()
    reservation.reserve(env, shipment)


@acting("enter serial numbers", locks=True)
def enter_serials(env: Env, shipment: Shipment, move: Move, numbers: str) -> None:
    """Give each piece of a receipt's line its serial number: one a line, or a range as in
    ``A-098..A-103``."""
    shipment = reservation.locked(env, shipment)
    move = env.get(Move, move.id)
    if not move.is_open:
        raise reservation.NotOpen(shipment)
    found = serials(numbers)
    if len(found) != move.quantity or len(set(found)) != len(found):
        raise NotSoMany(move, len(set(found)))
    for number in found[1:]:
        part = reservation.split(env, move, move.quantity / move.quantity)
        part.lot_number = number
    move.lot_number = found[0]
    env.session.flush()


def serials(written: str) -> list[str]:
    """The numbers in a text: lines or commas, and ranges whose ends differ in their last digits only."""
    found: list[str] = []
    for piece in re.split(r"[\n,;]+", written):
        ends = [end.strip() for end in piece.split("..")]
        first = re.fullmatch(r"(.*?)(\d+)", ends[0])
        last = re.fullmatch(r"(.*?)(\d+)", ends[-1])
        if len(ends) == 2 and first and last and first[1] == last[1]:
            width = len(first[2])
            found += [f"{first[1]}{n:0{width}d}" for n in range(int(first[2]), int(last[2]) + 1)]
        elif piece.strip():
            found.append(piece.strip())
    return found
