"""Hooks erp_orders offers to other addons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import for_workspace, hookspec

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.base.models import Party
    from addons.erp_orders.models import Customer, Order
    from core.api import Env


@hookspec
def customer_order_confirmed(env: Env, order: Order) -> None:
    """React to an order that has just been confirmed.

    When: once per order, inside the transaction that confirmed it, after flush; the order has its number.
    Return: ignored.
    Refuse: raise RuleBroken; the order stays a draft and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_orders (plans the delivery).
    """


@hookspec
@for_workspace
def customer_block_changed(env: Env, customer: Customer) -> None:
    """React to a customer who may not order any more, or may again: ``customer.orders_blocked`` tells.

    When: inside the transaction that blocked or unblocked them, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; nothing changes and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp (the status of the customer).
    """


@hookspec
def customer_order_amended(env: Env, order: Order) -> None:
    """React to changed lines of a confirmed order.

    When: each time a change is confirmed, inside its transaction, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the order stays as it was and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_orders (plans the delivery of the difference).
    """


@hookspec
def customer_order_cancelled(env: Env, order: Order) -> None:
    """React to an order that is given up.

    When: once per order, inside the transaction that cancels it, after flush.
    Return: ignored.
    Refuse: raise RuleBroken, for instance because goods are with the customer; the order stays as it was.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_orders (releases the stock; refuses what was delivered or invoiced).
    """


@hookspec
def customer_order_progressed(env: Env, order: Order) -> None:
    """React to new reserved, delivered, returned or invoiced quantities of an order.

    When: once per order and document that changed them, inside its transaction, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the document is rolled back. Better not.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp (progress on the CRM order).
    """


@hookspec
def credit_used(env: Env, party: Party) -> Decimal:
    """Say how much a customer owes beside the orders that are not invoiced yet.

    When: each time an order of a customer with a credit limit is confirmed or changed.
    Return: an amount in the company's currency; all answers are added up. Below zero for what is paid ahead
    of those orders.
    Refuse: never.
    Since 0.1. Used by: erp_orders (open invoices, where accounting is enabled).
    """
