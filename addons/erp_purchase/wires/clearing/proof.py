"""What was taken off the account of goods received = what bills and receipts of each line differ by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import EntryLine, Ledger
from addons.erp_purchase.models import Line, Order
from addons.erp_purchase.wires.clearing import values
from addons.erp_purchase.wires.clearing.models import PriceDifference
from addons.erp_purchase.wires.stock.models import PurchasedMove
from addons.erp_stock.models import LandedCost, LandedCostState, LandedShare, Layer
from addons.erp_stock.services import landing
from core.api import ZERO, Company, Finding, _, in_company

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from core.api import Env


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each line whose difference is not posted, and each posting that says something else."""
    company, ledger = env[Company], env[Ledger]
    for company_id in env.session.scalars(
        select(company.id).join(ledger, ledger.company_id == company.id).order_by(company.id)
    ).all():
        yield from _of_company(in_company(env, company_id))


def _of_company(env: Env) -> Iterator[Finding]:
    received, billed, taken = values.received(env), values.billed(env), values.taken_off(env)
    names = _names(env)
    for line_id in sorted(received.keys() | billed.keys() | taken.keys()):
        due = values.difference(
            received.get(line_id, values.Side()), billed.get(line_id, values.Side()), env.company.currency
        )
        posted = taken.get(line_id, ZERO)
        if due != posted:
            detail = _("difference {due}, posted {posted}", due=due, posted=posted)
            yield Finding("purchases.differences", names.get(line_id, str(line_id)), str(detail))
    yield from _entries(env)
    yield from _goods(env, names)


def _entries(env: Env) -> Iterator[Finding]:
    """What was put on an account is what its entries say."""
    model, entry_line, ledger = env[PriceDifference], env[EntryLine], env[Ledger]
    goods = select(ledger.goods_received_id).where(ledger.company_id == env.company_id).scalar_subquery()
    query = select(model.entry_id, func.sum(model.amount)).group_by(model.entry_id)
    said = {entry_id: amount for entry_id, amount in env.session.execute(query) if entry_id is not None}
    booked = dict(
        env.session.execute(
            select(entry_line.entry_id, func.sum(entry_line.credit - entry_line.debit))
            .where(entry_line.entry_id.in_(select(model.entry_id)), entry_line.account_id == goods)
            .group_by(entry_line.entry_id)
        ).all()
    )
    for entry_id in sorted(said.keys() | booked.keys()):
        if said.get(entry_id, ZERO) != booked.get(entry_id, ZERO):
            yield Finding(
                "purchases.differences", f"entry {entry_id}", str(_("its posting says something else"))
            )


def _goods(env: Env, names: dict[int, str]) -> Iterator[Finding]:
    """Goods that came in for an order bear what their bills say, and are worth so much more."""
    billed, borne = values.billed(env), values.on_goods(env)
    receipts = values.receipts(env)
    here = landing.reachable(env, [one.move_id for its in receipts.values() for one in its])
    worth = _came_later(env)
    for line_id, its in sorted(receipts.items()):
        wanted = values.for_goods(its, billed.get(line_id, values.Side()), env.company.currency)
        for one in its:
            bears = borne.get(one.move_id, ZERO)
            due = wanted.get(one.move_id, ZERO) if one.move_id in here else bears
            if not due == bears == worth.get(one.move_id, ZERO):
                detail = _(
                    "difference {due}, in the value of goods {bears}, of which {worth} arrived",
                    due=due,
                    bears=bears,
                    worth=worth.get(one.move_id, ZERO),
                )
                yield Finding("purchases.goods", names.get(line_id, str(line_id)), str(detail))


def _came_later(env: Env) -> dict[int, Decimal]:
    """What was added to the value of moves that came in, beside landed costs."""
    layer, share, cost, move = env[Layer], env[LandedShare], env[LandedCost], env[PurchasedMove]
    landed = (
        select(share.move_id, func.sum(share.amount).label("amount"))
        .join(cost, cost.id == share.landed_cost_id)
        .where(cost.state == LandedCostState.DONE)
        .group_by(share.move_id)
        .subquery()
    )
    rows = env.session.execute(
        select(layer.move_id, layer.landed - func.coalesce(landed.c.amount, ZERO))
        .join(move, move.id == layer.move_id)
        .outerjoin(landed, landed.c.move_id == layer.move_id)
        .where(move.purchase_line_id.is_not(None), layer.company_id == env.company_id)
    )
    return {move_id: amount for move_id, amount in rows}  # noqa: C416  # a Row is no pair for dict()


def _names(env: Env) -> dict[int, str]:
    line, order = env[Line], env[Order]
    rows = env.session.execute(
        select(line.id, order.number, line.description).join(order, order.id == line.order_id)
    )
    return {id_: f"{number}, {description}" for id_, number, description in rows}
