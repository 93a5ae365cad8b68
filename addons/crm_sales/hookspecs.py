"""Hooks crm_sales offers to other addons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import answers, hookspec

if TYPE_CHECKING:
    from addons.catalog.models import Product
    from addons.crm_sales.models import Opportunity, Order, Quote
    from core.api import Env


@hookspec
def opportunity_won(env: Env, opportunity: Opportunity) -> None:
    """React to an opportunity that has just been won.

    When: once, inside the transaction that won it, after flush. Not on import.
    Return: ignored.
    Refuse: raise RuleBroken; the win is rolled back and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: tests.
    """


@hookspec
def opportunity_lost(env: Env, opportunity: Opportunity) -> None:
    """React to an opportunity that has just been lost.

    When: once, inside the transaction that lost it, after flush. Not on import.
    Return: ignored.
    Refuse: raise RuleBroken; it stays open and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: tests.
    """


@hookspec
def quote_sent(env: Env, quote: Quote) -> None:
    """React to a quote that became final and was given to the customer.

    When: once per version, inside the transaction that sent it, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the quote stays a draft and no mail leaves.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: tests.
    """


@hookspec
def quote_accepted(env: Env, quote: Quote, order: Order) -> None:
    """React to a quote that was accepted and became an order in draft.

    When: once, inside the transaction of the acceptance, by the customer or by a salesperson, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the quote stays sent and whoever accepted reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: tests.
    """


@hookspec
def quote_refused(env: Env, quote: Quote) -> None:
    """React to a quote that the customer refused.

    When: once, inside the transaction of the refusal, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the quote stays sent.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: tests.
    """


@hookspec
def sales_order_confirmed(env: Env, order: Order) -> None:
    """React to a sales order that has just been confirmed.

    When: once per order, inside the transaction that confirmed it, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; the order stays a draft and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp (creates the order to fulfil).
    """


@hookspec
def sales_order_amended(env: Env, order: Order) -> None:
    """React to a confirmed sales order whose lines or dates changed.

    When: inside the transaction that changed it, after flush; ``order`` holds the new state, totals included.
    Return: ignored.
    Refuse: raise RuleBroken when what was delivered or invoiced contradicts; nothing is changed.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp (amends the order to fulfil).
    """


@hookspec
def sales_order_cancelled(env: Env, order: Order) -> None:
    """React to a confirmed sales order that has just been cancelled. Not called for a draft.

    When: once per order, inside the transaction that cancelled it, after flush.
    Return: ignored.
    Refuse: raise RuleBroken when something was delivered or invoiced; the order stays confirmed.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp (cancels the order to fulfil).
    """


@hookspec
@answers
def line_hint(env: Env, product: Product) -> str | None:
    """Say in a few words what a salesperson should know before choosing the product: "42 in stock".

    When: the picker of a quote's or an order's line shows the product; read-only.
    Return: a short text, or None for nothing to say.
    Refuse: never.
    Slow or external work: none, the picker waits.
    Since 0.1. Used by: bridge_crm_erp.
    """
