"""Who may say yes to how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_purchase.services import policies
from core.api import RuleBroken, _, format_money

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.erp_purchase.models import Order
    from core.api import Env

APPROVER = "erp_purchase.approver"


class OverLimit(RuleBroken):
    def __init__(self, order: Order, limit: Decimal, currency: str) -> None:
        super().__init__(
            _(
                "{order} comes to {amount} before tax, and you may confirm up to {limit}.",
                order=order.title,
                amount=format_money(order.net_company, currency),
                limit=format_money(limit, currency),
            ),
            hint=_("Ask somebody with a higher limit to confirm it, or order less."),
        )


def limit_of(env: Env) -> Decimal | None:
    """The most the current user may confirm, in company currency before tax; None without a limit."""
    if env.access.everything:
        return None
    policy = policies.of(env)
    if APPROVER in env.access.roles:
        return policy.approver_limit
    return policy.buyer_limit


def needed(env: Env, order: Order) -> Decimal | None:
    """The limit the order goes over, when somebody else has to decide."""
    limit = limit_of(env)
    return limit if limit is not None and order.net_company > limit else None


def check(env: Env, order: Order) -> None:
    """Refuse an order above the limit of whoever confirms it."""
    limit = needed(env, order)
    if limit is not None:
        raise OverLimit(order, limit, env.company.currency)
