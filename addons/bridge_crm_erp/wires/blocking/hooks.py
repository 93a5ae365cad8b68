"""A block in, customer status out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.wires.customers import standing
from core.api import hookimpl

if TYPE_CHECKING:
    from addons.erp_orders.models import Customer
    from core.api import Env


@hookimpl
def customer_block_changed(env: Env, customer: Customer) -> None:
    standing.refresh_everywhere(env, [customer.id])
