"""Progress on the order = what its moves say, line by line; requests stand on the order that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.catalog.queries import soundness
from addons.erp_purchase.models import Line, Order, OrderState
from addons.erp_purchase.wires.stock import receiving
from addons.erp_purchase.wires.stock.models import PurchasedRequest
from addons.erp_stock.models import SupplyState
from core.api import Finding, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each line whose received or returned quantity is not that of its moves."""
    yield from soundness.compare(
        env, (Order, Line), "purchases.moves", receiving.COLUMNS, receiving.sums(env)
    )
    request, line, order = env[PurchasedRequest], env[Line], env[Order]
    rows = env.session.execute(
        select(request.number, order)
        .join(line, line.id == request.purchase_line_id)
        .join(order, order.id == line.order_id)
        .where(
            (
                (request.state == SupplyState.PLANNED)
                & order.state.in_((OrderState.DRAFT, OrderState.CANCELLED))
            )
            | (request.state.in_((SupplyState.REQUESTED, SupplyState.CANCELLED)))
        )
        .order_by(request.id)
    )
    for number, found in rows:
        detail = _("it stands on {order}, which is {state}", order=found.title, state=found.state.label)
        yield Finding("purchases.requests", number, str(detail))
