"""Documents in the states in which the examples have none, for the conformance of each addon."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env


def make_missing_documents(env: Env, addon: str) -> None:
    """By the addon's own services, as people would."""
    if addon in MAKERS:
        MAKERS[addon](env)


def _sales(env: Env) -> None:
    from addons.crm_sales.services import orders, quotes
    from tests.crm_sales.factories import a_confirmed_order, a_sent_quote

    quotes.refuse(env, a_sent_quote(env), "Too expensive")
    quotes.send(env, quotes.revise(env, a_sent_quote(env)))
    orders.cancel(env, a_confirmed_order(env), "Site closed")


def _orders(env: Env) -> None:
    from addons.catalog.models import Progress
    from addons.erp_orders.services import orders, progress
    from tests.erp_orders.factories import a_confirmed_order

    orders.change(env, a_confirmed_order(env))
    orders.hold(env, a_confirmed_order(env), reason="Waits for a deposit")
    orders.cancel(env, a_confirmed_order(env), reason="Site closed")
    order = a_confirmed_order(env)
    sums = {line.id: {"invoiced": line.quantity, "delivered": line.quantity} for line in order.lines}
    progress.record(env, list(sums), sums, ("delivered", "invoiced"))
    assert (order.invoicing, order.lines[0].invoiced > Decimal(0)) == (Progress.FULLY, True)


MAKERS: dict[str, Callable[[Env], None]] = {"crm_sales": _sales, "erp_orders": _orders}
