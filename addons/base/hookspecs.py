"""Hooks base offers to other addons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.base.models import Activity, Party
    from addons.base.services.panels import Fact, Panel
    from core.api import Env, Model


@hookspec
def activity_planned(env: Env, activity: Activity, record: Model) -> None:
    """React to an activity that has just been planned on a record.

    When: once, inside the transaction that planned it, after flush; also when it is moved to another record.
    Return: ignored.
    Refuse: raise RuleBroken; nothing is planned and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: crm_sales (an opportunity has one next step).
    """


@hookspec
def activity_done(env: Env, activity: Activity) -> None:
    """React to an activity that was completed or called off.

    When: once, inside the transaction that closed it, after flush. ``activity.done_at`` is None when
    called off.
    Return: ignored.
    Refuse: raise RuleBroken; it stays open.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: crm_sales (the opportunity has no next step any more).
    """


@hookspec
def customer_facts(env: Env, party: Party) -> Sequence[Fact]:
    """Give the figures at the head of the customer page.

    When: the customer page is drawn; read-only, under the reader's rights.
    Return: facts; an empty sequence for none.
    Refuse: never.
    Slow or external work: none, the page waits.
    Since 0.1. Used by: crm_sales, bridge_crm_erp.
    """


@hookspec
def customer_panels(env: Env, party: Party) -> Sequence[Panel]:
    """Give panels for the side of the customer page.

    When: the customer page is drawn; read-only, under the reader's rights.
    Return: panels; an empty sequence for none.
    Refuse: never.
    Slow or external work: none, the page waits.
    Since 0.1. Used by: crm_sales, bridge_crm_erp.
    """
