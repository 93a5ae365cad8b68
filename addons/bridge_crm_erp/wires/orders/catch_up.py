"""CRM orders from before the bridge, and whether both orders still say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.bridge_crm_erp.services.drift import compare as compare_sets
from addons.bridge_crm_erp.wires.orders import mirror
from addons.bridge_crm_erp.wires.orders.models import FulfilledOrder, MirroredOrder
from addons.crm_sales.models import OrderStatus
from addons.erp_orders.models import LIVE
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from addons.bridge_crm_erp.models import CatchUp
    from addons.bridge_crm_erp.services.drift import Comparison
    from core.api import Env

BATCH = 200


def pending(env: Env) -> int:
    """Confirmed CRM orders that no ERP order stands for."""
    sales, mirrored = env[FulfilledOrder], env[MirroredOrder]
    query = (
        select(func.count())
        .select_from(sales)
        .outerjoin(mirrored, mirrored.crm_order_id == sales.id)
        .where(
            sales.status == OrderStatus.CONFIRMED,
            sales.company_id == env.company_id,
            mirrored.id.is_(None),
        )
    )
    return env.session.scalar(query) or 0


def run(env: Env, report: CatchUp) -> None:
    """Place the missing ERP orders, the oldest first, each in a savepoint: a refused one goes to the
    report."""
    sales, mirrored = env[FulfilledOrder], env[MirroredOrder]
    confirmed = (sales.status == OrderStatus.CONFIRMED) & (sales.company_id == env.company_id)
    report.already += (
        env.session.scalar(
            select(func.count())
            .select_from(sales)
            .join(mirrored, mirrored.crm_order_id == sales.id)
            .where(confirmed)
        )
        or 0
    )
    after = 0
    while True:
        query = (
            select(sales)
            .outerjoin(mirrored, mirrored.crm_order_id == sales.id)
            .where(confirmed, mirrored.id.is_(None), sales.id > after)
            .order_by(sales.id)
            .limit(BATCH)
        )
        found = env.session.scalars(query).all()
        if not found:
            break
        for order in found:
            after = order.id
            report.found += 1
            _link(env, report, order)
    env.session.flush()


def _link(env: Env, report: CatchUp, order: FulfilledOrder) -> None:
    number, order_id = order.number, order.id
    try:
        with env.session.begin_nested():
            mirror.confirmed(env, order)
    except RuleBroken as refused:
        report.refused += 1
        report.report = [*report.report, {"id": order_id, "number": number, "reason": str(refused)}]
    else:
        report.linked += 1


def compare(env: Env) -> Iterator[Comparison]:
    """Each confirmed CRM order with its ERP order: reference, customer, amounts, state; and its progress."""
    sales, mirrored = env[FulfilledOrder], env[MirroredOrder]
    rows = env.session.execute(
        select(
            sales.id,
            sales.number,
            sales.party_id,
            sales.currency,
            sales.net,
            sales.total,
            sales.delivery,
            sales.invoicing,
        ).where(sales.status == OrderStatus.CONFIRMED, sales.company_id.in_(env.company_ids))
    ).all()
    theirs = env.session.execute(
        select(
            mirrored.crm_order_id,
            mirrored.number,
            mirrored.party_id,
            mirrored.currency,
            mirrored.net,
            mirrored.total,
            mirrored.delivery,
            mirrored.invoicing,
            mirrored.state,
        ).where(mirrored.crm_order_id.is_not(None), mirrored.company_id.in_(env.company_ids))
    ).all()
    linked = {row[0] for row in theirs}
    theirs = [row for row in theirs if row.state in LIVE]  # one that is given up on one side only differs
    names = {row.id: row.number for row in rows}
    here = {row.id: tuple(row[1:6]) for row in rows if row.id in linked}
    there = {row[0] or 0: tuple(row[1:6]) for row in theirs}
    yield compare_sets("orders", _("Orders"), here, there, _name(names))
    there = {row[0] or 0: tuple(row[6:8]) for row in theirs if row[0] in here}
    here = {row.id: tuple(row[6:8]) for row in rows if row.id in there}
    yield compare_sets("progress", _("Progress figures"), here, there, _name(names))


def repair(env: Env, kind: str, record_id: int) -> None:
    """Bring the progress of an ERP order to its CRM order again."""
    order = mirror.of(env, record_id) if kind == "progress" else None
    if order is not None and order.company_id in env.company_ids:
        mirror.bring_back(env, order)
        env.session.flush()


def _name(names: dict[int, str]) -> Callable[[int], tuple[str, str]]:
    def name(key: int) -> tuple[str, str]:
        return names.get(key, f"#{key}"), f"/app/crm_sales/order/{key}"

    return name
