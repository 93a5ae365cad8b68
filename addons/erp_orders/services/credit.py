"""How much more a customer may order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from addons.base.models import Party
from addons.erp_orders.models import LIVE, Order
from addons.erp_orders.services import progress
from core.api import ZERO, RuleBroken, _, in_company, round_money

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.erp_orders.models import Customer
    from core.api import Env


class CustomerBlocked(RuleBroken):
    def __init__(self, customer: Customer) -> None:
        super().__init__(
            _(
                "{customer} is blocked: {reason}.",
                customer=customer.name,
                reason=customer.block_reason or _("no reason given"),
            ),
            hint=_("Ask a manager of orders to unblock the customer."),
        )


class OverCreditLimit(RuleBroken):
    def __init__(
        self, customer: Customer, limit: Decimal, owed: Decimal, amount: Decimal, currency: str
    ) -> None:
        super().__init__(
            _(
                "{customer} may owe {limit} {currency}: {owed} are open, and this order adds {amount}.",
                customer=customer.name,
                limit=f"{limit:.2f}",
                owed=f"{owed:.2f}",
                amount=f"{amount:.2f}",
                currency=currency,
            ),
            hint=_(
                "Collect a payment, order less, or ask a manager of orders to confirm it despite the limit."
            ),
        )


def check(env: Env, order: Order, *, despite_limit: bool = False) -> None:
    """Refuse an order of a blocked customer, or one that goes over the credit limit unless ``despite_limit``.

    All in the currency of the order's company, which gives the credit: an order in another one counts at the
    rate of its confirmation. What of the order is invoiced already counts with the invoices. The customer is
    locked, so that of two orders at the same moment the second one sees the first.
    """
    customer = cast("Customer", order.party)
    if customer.orders_blocked:
        raise CustomerBlocked(customer)
    if customer.credit_limit is None or despite_limit:
        return
    env.session.flush()
    _lock(env, customer)
    if order.company_id not in (None, env.company_id):
        env = in_company(env, order.company_id)
    owed = used(env, customer, without=order.id)
    home = env.company.currency
    adds = round_money(progress.open_amount(order) * order.rate, home)
    if owed < 0:  # paid ahead, as the deposit of this very order
        owed, adds = ZERO, adds + owed
    if owed + adds > customer.credit_limit:
        raise OverCreditLimit(customer, customer.credit_limit, owed, adds, home)


def _lock(env: Env, customer: Customer) -> None:
    """Others may still refer to the customer meanwhile: a new order of theirs waits for nothing."""
    with env.system("lock a customer whose credit is limited") as system:
        model = system[Party]
        query = select(model.id).where(model.id == customer.id).with_for_update(key_share=True)
        system.session.execute(query)


def used(env: Env, party: Party, *, without: int | None = None) -> Decimal:
    """What a customer owes: confirmed and not invoiced, and what other addons know of. ``without`` leaves an
    order out."""
    order = env[Order]
    query = select(func.coalesce(func.sum(order.to_invoice * order.rate), ZERO)).where(
        order.party_id == party.id, order.state.in_(LIVE), order.company_id == env.company_id
    )
    if without is not None:
        query = query.where(order.id != without)
    ordered = env.session.scalar(query) or ZERO
    ordered = round_money(ordered, env.company.currency)
    return ordered + sum(env.hooks.credit_used(env=env, party=party), ZERO)
