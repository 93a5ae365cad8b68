"""Work with a scanner: each scan picks one more on a shipment, or counts one more on a count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.catalog.models import Product
from addons.erp_stock.models import (
    Count,
    CountLine,
    CountState,
    Lot,
    Move,
    MoveState,
    Shipment,
    Tracking,
)
from addons.erp_stock.services import barcodes, counts, lots, reservation
from addons.erp_stock.services.acting import acting
from core.api import ZERO, Invalid, _

if TYPE_CHECKING:
    from addons.erp_stock.services.barcodes import Scan
    from core.api import Env

ONE = Decimal(1)


class Unknown(Invalid):
    def __init__(self, scan: Scan) -> None:
        message = _('Nothing has the code "{code}".', code=scan.gtin or scan.text)
        super().__init__(
            message,
            hint=_("Scan the product or its lot, or enter the barcode on the product."),
            fields={"code": message},
        )


class NotOnIt(Invalid):
    def __init__(self, shipment: Shipment, product: Product, number: str) -> None:
        what = f"{product.name} {number}".strip()
        message = _(
            '"{product}" is not, or no longer, among what is ready in {number}.',
            product=what,
            number=shipment.number,
        )
        super().__init__(message, fields={"code": message})


@dataclass(frozen=True, slots=True)
class Found:
    """What a scan names."""

    product: Product
    scan: Scan
    lot: Lot | None

    @property
    def quantity(self) -> Decimal:
        """What the code says, else one."""
        return self.scan.quantity or ONE


def find(env: Env, typed: str) -> Found:
    """The product, and the lot, of a scan: by article number, lot or serial number, or reference."""
    scan = barcodes.read(typed, env.today())
    product, lot = env[Product], env[Lot]
    found: Product | None = None
    if scan.gtin:
        query = select(product).where(product.barcode.in_(barcodes.forms(scan.gtin)))
        found = env.session.scalars(query.order_by(product.id)).first()
    elif scan.text:
        its = select(lot).where(lot.name == scan.text, lot.company_id == env.company_id)
        if (named := env.session.scalars(its.order_by(lot.id)).first()) is not None:
            return Found(named.product, scan, named)
        query = select(product).where((product.barcode == scan.text) | (product.code == scan.text))
        found = env.session.scalars(query.order_by(product.id)).first()
    if found is None:
        raise Unknown(scan)
    known = None
    if scan.number:
        its = select(lot).where(lot.name == scan.number, lot.product_id == found.id)
        known = env.session.scalars(its).first()
    return Found(found, scan, known)


@acting("pick what was scanned", locks=True)
def pick(env: Env, shipment: Shipment, typed: str) -> str:
    """Pick one more (or what the code says) of what was scanned; gives a sentence for the screen.

    Of goods that come in, the scan also gives the line its lot and expiry.
    """
    shipment = env.get(Shipment, shipment.id, lock=True)
    if not shipment.is_open:
        raise reservation.NotOpen(shipment)
    found = find(env, typed)
    number = found.scan.number or (found.lot.name if found.lot else "")
    ready = [
        move
        for move in shipment.moves
        if move.state is MoveState.READY
        and move.product_id == found.product.id
        and (move.picked or ZERO) < move.quantity
    ]
    move = _fitting(env, ready, found, number)
    if move is None:
        raise NotOnIt(shipment, found.product, number)
    quantity = min(found.quantity, move.quantity - (move.picked or ZERO))
    move.picked = (move.picked or ZERO) + quantity
    env.session.flush()
    return str(
        _(
            "{product}: {picked} of {quantity}",
            product=f"{found.product.name} {number}".strip(),
            picked=_plain(move.picked),
            quantity=_plain(move.quantity),
        )
    )


@acting("count what was scanned", locks=True)
def count(env: Env, record: Count, typed: str) -> str:
    """Count one more (or what the code says) of what was scanned; gives a sentence for the screen."""
    record = env.get(Count, record.id, lock=True)
    if record.state not in {CountState.DRAFT, CountState.COUNTING}:
        raise counts.CountClosed(record)
    found = find(env, typed)
    lot = found.lot
    if lot is None and lots.tracking_of(found.product) is not Tracking.NONE:
        if not found.scan.number:
            raise lots.NoLot(found.product, lots.tracking_of(found.product))
        lot = lots.named(env, found.product, found.scan.number, found.scan.expires_on, env.today())
    lot_id = lot.id if lot else None
    its = [line for line in record.lines if (line.product_id, line.lot_id) == (found.product.id, lot_id)]
    line = next((line for line in its if line.location_id == record.location_id), its[0] if its else None)
    if line is None:
        line = env[CountLine](product_id=found.product.id, location_id=record.location_id, lot_id=lot_id)
        record.lines.append(line)
    line.counted = (line.counted or ZERO) + found.quantity
    env.session.flush()
    name = f"{found.product.name} {lot.name if lot else ''}".strip()
    return str(_("{product}: {counted} counted", product=name, counted=_plain(line.counted)))


def _fitting(env: Env, ready: list[Move], found: Found, number: str) -> Move | None:
    """The line a scan is for; on a receipt a new lot takes a line of its own."""
    if not number:
        return ready[0] if ready else None
    for move in ready:
        if number in {move.lot.name if move.lot else None, move.lot_number}:
            return move
    for move in ready:
        if move.source_location.is_owned or move.lot_id is not None:
            continue
        if move.lot_number is None:
            if lots.tracking_of(found.product) is Tracking.SERIAL and move.quantity > 1:
                move = reservation.split(env, move, ONE)
            elif move.picked:
                continue
            move.lot_number, move.lot_expires_on = number, found.scan.expires_on
            return move
        rest = move.quantity - (move.picked or ZERO)
        if move.picked and rest > 0:
            part = reservation.split(env, move, rest)
            part.lot_number, part.lot_expires_on, part.picked = number, found.scan.expires_on, None
            return part
    return None


def _plain(quantity: Decimal | None) -> str:
    text = f"{quantity or ZERO:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
