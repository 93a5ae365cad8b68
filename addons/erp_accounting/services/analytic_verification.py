"""What must hold of analytic lines. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select, union_all

from addons.erp_accounting.models import (
    AnalyticAccount,
    AnalyticAllocation,
    AnalyticLine,
    AnalyticPlan,
    DistributionShare,
    Entry,
    EntryLine,
    EntryState,
)
from core.api import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env


def findings(env: Env) -> Iterator[Finding]:
    """In each plan that a posted entry line is distributed over, its analytic lines add up to it; in every
    other plan to nothing."""
    line, entry, share = env[EntryLine], env[Entry], env[DistributionShare]
    analytic, account, allocation = env[AnalyticLine], env[AnalyticAccount], env[AnalyticAllocation]
    last = (
        select(allocation.entry_line_id, allocation.after_id)
        .where(allocation.id.in_(select(func.max(allocation.id)).group_by(allocation.entry_line_id)))
        .subquery()
    )
    now = case((last.c.entry_line_id.is_not(None), last.c.after_id), else_=line.distribution_id)
    wanted = (
        select(
            line.id.label("line"), account.plan_id.label("plan"), (line.credit - line.debit).label("amount")
        )
        .join(entry, entry.id == line.entry_id)
        .outerjoin(last, last.c.entry_line_id == line.id)
        .join(share, share.distribution_id == now)
        .join(account, account.id == share.account_id)
        .where(
            entry.state == EntryState.POSTED,
            or_(line.distribution_id.is_not(None), last.c.entry_line_id.is_not(None)),
        )
        .distinct()
    )
    written = select(analytic.entry_line_id, analytic.plan_id, analytic.amount)
    both = union_all(wanted, written).subquery()
    difference = func.sum(both.c.amount)
    plan = env[AnalyticPlan]
    rows = env.session.execute(
        select(entry.number, line.position, plan.name, difference)
        .join(line, line.id == both.c.line)
        .join(entry, entry.id == line.entry_id)
        .join(plan, plan.id == both.c.plan)
        .group_by(entry.id, line.id, plan.id)
        .having(difference != 0)
        .order_by(entry.id, line.position, plan.name)
    )
    for number, position, name, amount in rows:
        yield Finding(
            "analytic lines add up to the entry line", f"{number} line {position}", f"{name}: {amount}"
        )
