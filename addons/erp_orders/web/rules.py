"""The way to the customer order rules of the company."""

from __future__ import annotations

from addons.erp_orders.services import policies
from core.api import Env, Redirect, page


@page("/customer-orders/rules", access="erp_orders.manager")
def rules(env: Env) -> Redirect:
    """The company's own page of rules."""
    return Redirect(f"/app/erp_orders/policy/{policies.set_up(env).id}")
