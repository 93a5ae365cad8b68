"""What was taken off the account of goods received = what bills and receipts of each line differ by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import EntryLine, Ledger
from addons.erp_purchase.models import Line, Order
from addons.erp_purchase.wires.clearing import values
from addons.erp_purchase.wires.clearing.models import PriceDifference
from core.api import ZERO, Company, Finding, _, in_company

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    model, entry_line, ledger = env[PriceDifference], env[EntryLine], env[Ledger]
    goods = select(ledger.goods_received_id).where(ledger.company_id == env.company_id).scalar_subquery()
    said = dict(
        env.session.execute(select(model.entry_id, func.sum(model.amount)).group_by(model.entry_id)).all()
    )
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


def _names(env: Env) -> dict[int, str]:
    line, order = env[Line], env[Order]
    rows = env.session.execute(
        select(line.id, order.number, line.description).join(order, order.id == line.order_id)
    )
    return {id_: f"{number}, {description}" for id_, number, description in rows}
