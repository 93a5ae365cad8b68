"""Hooks the bridge asks of its own wires, and of addons that join two sides in their own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.api import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

    from addons.base.models import ExternalSystem
    from addons.bridge_crm_erp.models import CatchUp
    from addons.bridge_crm_erp.services.drift import Comparison
    from addons.bridge_crm_erp.services.journeys import Journey
    from addons.bridge_crm_erp.services.messages import Message, Taken
    from core.api import Env


@hookspec
def bridge_billed(env: Env) -> Select[*tuple[Any, ...]]:
    """Give the customer invoices and credit notes of an ERP, for the figures of customers.

    When: a customer's status and revenue are worked out, compared or shown; read-only, elevated or not.
    Return: a SELECT over documents of the current company with the columns, in this order, ``party_id``,
    ``is_note`` (a credit note), ``date``, ``due_date``, ``paid_on`` (the day nothing was open any more),
    ``net`` (before tax) and, whether something is, ``open`` and how much, ``owed``; both amounts in company
    currency and positive for both kinds.
    Refuse: never.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bridge_pending(env: Env) -> dict[str, int]:
    """Count what a catch-up would do.

    When: the Bridge page is opened, and the preview of the app that brings both sides together; read-only.
    Return: a mapping of "orders" and "customers" to numbers.
    Refuse: never.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bridge_catch_up(env: Env, run: CatchUp) -> None:
    """Link what was there before the bridge.

    When: a person asks for a catch-up, in a job of its own; called again it must find nothing left to do.
    Return: ignored; add to the numbers and the report of ``run``.
    Refuse: raise RuleBroken only when nothing can be done at all; a single order goes into the report.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bridge_compare(env: Env) -> Iterable[Comparison]:
    """Compare derived facts of both sides with a recomputation.

    When: a drift check runs, each night or on demand, and ``passerelle verify``; read-only.
    Return: one Comparison per kind of fact.
    Refuse: never.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bridge_repair(env: Env, kind: str, record_id: int) -> None:
    """Recompute one derived fact that a drift check found different.

    When: a person asks for it beside the difference; ``kind`` is that of the Comparison.
    Return: ignored; wires that do not know the kind do nothing.
    Refuse: raise RuleBroken with the reason.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bridge_refresh(env: Env) -> None:
    """Bring up to date what changes with the days alone: who is late with a payment.

    When: each night, in a job of its own, elevated, once for each company.
    Return: ignored.
    Refuse: never.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bridge_waiting(env: Env) -> dict[str, int]:
    """Count the orders that wait on their way: for delivery, for an invoice, for a payment.

    When: the Bridge page is opened; read-only, elevated, the current company only.
    Return: a mapping of "orders", "undelivered", "uninvoiced", "unpaid" and "late" to numbers; they are
    added up.
    Refuse: never.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bridge_journeys(env: Env, waiting: bool, before: int, limit: int) -> Sequence[Journey]:
    """List orders on their way, the newest first.

    When: the Bridge page is opened; read-only, elevated, the current company only.
    Return: at most ``limit`` journeys with an id below ``before`` (0: from the newest); with ``waiting`` only
    those that are not paid in full.
    Refuse: never.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec(firstresult=True)
def bridge_receive(env: Env, system: ExternalSystem, message: Message) -> Taken | None:
    """Do what another CRM or ERP asks for.

    When: a program of ``system`` sends a message to the door of the bridge; elevated, inside its transaction.
    Return: what became of it, or None for a message that the wire does not know; the first answer counts.
    Refuse: raise Invalid or RuleBroken; the program reads your sentence and nothing is written.
    Since 0.1. Used by: bridge_crm_erp.
    """
