"""What must always be true of customer orders, compared as whole sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from addons.catalog.services import amounts
from addons.erp_orders.models import Line, Order, OrderState
from addons.erp_orders.services import progress
from core.api import Finding, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each order whose amounts or state do not follow from its lines."""
    order, line = env[Order], env[Line]
    query = (
        select(order)
        .where(order.state.not_in((OrderState.DRAFT, OrderState.CHANGING, OrderState.CANCELLED)))
        .order_by(order.id)
        .options(selectinload(order.lines).options(selectinload(line.taxes), selectinload(line.product)))
        .execution_options(yield_per=500)
    )
    for found in env.session.scalars(query):
        result = amounts.taxed(found)
        if (found.net, found.tax, found.total) != (result.net, result.tax, result.total):
            detail = _("total {kept}, by its lines {sum}", kept=found.total, sum=result.total)
            yield Finding("orders.amounts", found.title, str(detail))
        far = progress.standing(env, found)
        if (found.delivery, found.invoicing, found.to_invoice, found.state) != far:
            yield Finding("orders.progress", found.title, str(_("its progress is not that of its lines")))
