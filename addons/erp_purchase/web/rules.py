"""The way to the purchasing rules of the company."""

from __future__ import annotations

from addons.erp_purchase.services import policies
from core.api import Env, Redirect, page


@page("/purchasing/rules", access="erp_purchase.approver")
def rules(env: Env) -> Redirect:
    """The company's own page of rules."""
    return Redirect(f"/app/erp_purchase/policy/{policies.set_up(env).id}")
