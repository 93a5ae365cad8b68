"""Stop a customer from ordering, and let them order again; for all companies, since contacts are shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.services import timeline
from addons.erp_orders.models import Customer
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from addons.base.models import Party
    from core.api import Env


class BlockUnchanged(RuleBroken):
    """Nothing to do: probably somebody else was faster."""

    def __init__(self, customer: Customer) -> None:
        super().__init__(
            _("{name} is blocked already.", name=customer.name)
            if customer.orders_blocked
            else _("{name} may order already.", name=customer.name),
            hint=_("Open the contact again to see who was faster."),
        )


def block(env: Env, party: Party, reason: str) -> None:
    """Refuse further orders of a customer; whoever tries one reads the reason."""
    customer = _locked(env, party)
    if customer.orders_blocked:
        raise BlockUnchanged(customer)
    customer.orders_blocked, customer.block_reason = True, reason.strip()[:200]
    _tell(env, customer, _("Orders blocked: {reason}", reason=customer.block_reason), tone="bad")


def unblock(env: Env, party: Party) -> None:
    """Take orders of the customer again."""
    customer = _locked(env, party)
    if not customer.orders_blocked:
        raise BlockUnchanged(customer)
    customer.orders_blocked, customer.block_reason = False, None
    _tell(env, customer, _("Orders allowed again"), tone="ok")


def _locked(env: Env, party: Party) -> Customer:
    return env.get(Customer, party.id, lock=True)


def _tell(env: Env, customer: Customer, sentence: str, *, tone: str) -> None:
    timeline.log(env, customer, sentence, party=customer, topic="erp_orders", tone=tone)
    env.session.flush()
    env.hooks.customer_block_changed(env=env, customer=customer)
