"""Hooks erp_stock offers to other addons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from addons.catalog.models import Product
    from addons.erp_stock.models import Move, Shipment, SupplyRequest
    from addons.erp_stock.services.recosting import Revaluation
    from core.api import Env


@hookspec
def stock_reserved(env: Env, moves: Sequence[Move]) -> None:
    """React to goods that were promised to moves, or given back.

    When: after flush, once per service that reserves or releases; ``moves`` are those that may have changed.
    Return: ignored.
    Refuse: raise RuleBroken; the reservation is rolled back and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_orders.
    """


@hookspec
def stock_moves_done(env: Env, moves: Sequence[Move]) -> None:
    """React to goods that moved: shipped, received, returned, counted or scrapped.

    When: once per shipment, count or scrap, in its transaction, after flush; each move has its day and value.
    Return: ignored.
    Refuse: raise RuleBroken; the goods stay where they were and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_stock (entries in the ledger), erp_orders, erp_purchase.
    """


@hookspec
def may_exceed_plan(env: Env, move: Move, quantity: Decimal) -> bool:
    """Say whether more of a move may come in, or leave, than was planned.

    When: a shipment moves more of a ready move than it planned, before anything is written. ``quantity`` is
    what moves, in the product's unit.
    Return: True accepts it; the move is refused when nobody does.
    Refuse: raise RuleBroken with the limit; the shipment stays as it was and the user reads your message.
    Since 0.1. Used by: erp_purchase, erp_orders.
    """


@hookspec
def stock_revalued(env: Env, revaluations: Sequence[Revaluation]) -> None:
    """React to moves that were already done and became worth more or less.

    When: after stock_moves_done of a move that was recorded for an earlier day, or when landed costs or the
    difference of a bill reach goods that came in; in its transaction, after flush. Each has its move, the day
    it counts for in the ledger and the difference of the stock's value. The values of the moves are the new
    ones.
    Return: ignored.
    Refuse: raise RuleBroken; nothing is recorded and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_stock (entries in the ledger), erp_purchase.
    """


@hookspec
def delivery_done(env: Env, shipment: Shipment) -> None:
    """React to a delivery that has left.

    When: once per delivery, after stock_moves_done, in the same transaction. Not for returns or internal
    moves.
    Return: ignored.
    Refuse: raise RuleBroken; the delivery is rolled back and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def receipt_done(env: Env, shipment: Shipment) -> None:
    """React to a receipt that has arrived.

    When: once per receipt, after stock_moves_done, in the same transaction.
    Return: ignored.
    Refuse: raise RuleBroken; the receipt is rolled back and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_purchase (differences of bills that came before the goods).
    """


@hookspec
def return_done(env: Env, shipment: Shipment) -> None:
    """React to a return that has arrived: of a customer, or to a supplier.

    When: once per return, after stock_moves_done, in the same transaction; ``shipment.return_of`` is what it
    undoes.
    Return: ignored.
    Refuse: raise RuleBroken; the return is rolled back and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp, erp_purchase.
    """


@hookspec
def shipment_cancelled(env: Env, shipment: Shipment) -> None:
    """React to a shipment that was given up before it left.

    When: once per shipment, after flush; what it held is released.
    Return: ignored.
    Refuse: raise RuleBroken; it stays open and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_orders.
    """


@hookspec
def supply_requested(env: Env, requests: Sequence[SupplyRequest]) -> None:
    """Answer requests for goods: put those of your route on a document.

    When: once per run that made requests, in its transaction, after flush; again when a person offers one
    anew. Take those whose ``route`` is yours and whose ``state`` is requested; call ``services.supply.order``
    when they are on a document, ``plan`` when a receipt is planned for them. ``env`` is elevated.
    Return: ignored; a request that nobody takes stays requested.
    Refuse: raise RuleBroken; the requests are rolled back and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_purchase.
    """


@hookspec
def replenishment_days(env: Env, wanted: Mapping[Product, Decimal]) -> Mapping[int, int]:
    """Say in how many days goods can be here that are neither in stock nor on their way.

    When: a date is promised for more than is there or comes; ``wanted`` is what is missing, in each product's
    own unit. ``env`` is elevated; read-only.
    Return: days from today by id of the product, for those you can answer; the shortest answer counts.
    Refuse: never.
    Slow or external work: none, a page waits.
    Since 0.1. Used by: erp_purchase (lead time of the preferred vendor).
    """


@hookspec
def supply_withdrawn(env: Env, request: SupplyRequest) -> None:
    """React to a request that was given up: take it off your document.

    When: once, after flush, in the transaction that cancelled it; never once goods are planned for it.
    Return: ignored.
    Refuse: raise RuleBroken; the request stays and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_purchase.
    """
