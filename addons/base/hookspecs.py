"""Hooks base offers to other addons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import answers, for_workspace, hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.base.models import Activity, Party
    from addons.base.services.legal import LegalCopy
    from addons.base.services.panels import Fact, Panel
    from addons.base.services.retention import RetentionSubject
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
@answers
def customer_facts(env: Env, party: Party) -> Sequence[Fact]:
    """Give the figures at the head of the customer page.

    When: the customer page is drawn; read-only, under the reader's rights.
    Return: facts; an empty sequence for none.
    Refuse: never.
    Slow or external work: none, the page waits.
    Since 0.1. Used by: crm_sales, bridge_crm_erp.
    """


@hookspec
@answers
def customer_panels(env: Env, party: Party) -> Sequence[Panel]:
    """Give panels for the side of the customer page.

    When: the customer page is drawn; read-only, under the reader's rights.
    Return: panels; an empty sequence for none.
    Refuse: never.
    Slow or external work: none, the page waits.
    Since 0.1. Used by: crm_sales, bridge_crm_erp.
    """


@hookspec
@for_workspace
def open_business(env: Env, party: Party) -> Sequence[str]:
    """Name what forbids making this person anonymous today: an order to deliver, an invoice to be paid.

    When: before a person is anonymised and when retention is previewed; read-only, over all companies.
    Return: one translated sentence for each thing, naming its document; an empty sequence for none.
    Refuse: never; the sentences are the refusal.
    Slow or external work: none, the page waits.
    Since 0.1. Used by: base, crm_sales, erp_accounting, erp_orders.
    """


@hookspec
@for_workspace
def legal_copies(env: Env) -> Sequence[LegalCopy]:
    """Name the rows whose own text the law keeps, whoever they name: posted documents.

    When: a person is being anonymised, once in that transaction.
    Return: a model and a criterion for each; an empty sequence for none.
    Refuse: never.
    Slow or external work: none.
    Since 0.1. Used by: erp_accounting.
    """


@hookspec
@for_workspace
def person_anonymised(env: Env, party: Party) -> None:
    """Blank what your own records say about a person in free text.

    When: once for each person, inside the transaction that anonymises, after base has forgotten what it
    stores and before every text of the workspace is searched for the names, e-mail addresses and numbers
    of the person: those need no hook. ``env`` is the platform's own.
    Return: ignored.
    Refuse: raise RuleBroken; nothing is anonymised and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: crm_sales, erp_accounting.
    """


@hookspec
@for_workspace
def retention_subjects(env: Env) -> Sequence[RetentionSubject]:
    """Offer kinds of records that can be forgotten after a time without activity.

    When: Settings > Personal data is drawn, and when a retention rule is previewed or run.
    Return: subjects; an empty sequence for none.
    Refuse: never.
    Slow or external work: none.
    Since 0.1. Used by: base.
    """
