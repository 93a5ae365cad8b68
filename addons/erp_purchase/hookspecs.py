"""Hooks erp_purchase offers to other addons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from addons.erp_purchase.models import Order
    from core.api import Env


@hookspec
def purchase_order_confirmed(env: Env, order: Order) -> None:
    """React to an order that a vendor will get.

    When: once per order, inside the transaction that confirmed or approved it, after flush; it has its
    number.
    Return: ignored.
    Refuse: raise RuleBroken; the order stays as it was and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_purchase (plans the receipt).
    """


@hookspec
def purchase_order_amended(env: Env, order: Order) -> None:
    """React to changed lines or another expected day of a confirmed order.

    When: each time a change is confirmed or a new day is set, inside its transaction, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the order stays as it was and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_purchase (plans the receipt of what is left).
    """


@hookspec
def purchase_order_cancelled(env: Env, order: Order) -> None:
    """React to an order that is given up, whether it was confirmed or not.

    When: once per order, inside the transaction that cancels it, after flush.
    Return: ignored.
    Refuse: raise RuleBroken, for instance because goods are here; the order stays as it was.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_purchase (gives up the expected receipt and the draft bills).
    """


@hookspec
def purchase_order_progressed(env: Env, order: Order) -> None:
    """React to new received, returned or billed quantities of an order.

    When: once per order and document that changed them, inside its transaction, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the document is rolled back. Better not.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: tests.
    """
