"""Invoices and credit notes of another ERP: kept beside their order, counted for their customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.services.currencies import rate_on
from addons.bridge_crm_erp.models import ForeignKind
from addons.bridge_crm_erp.wires.customers import standing
from addons.bridge_crm_erp.wires.foreign_erp.models import BilledLink
from core.api import ZERO, Invalid, _, round_money

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from sqlalchemy import Select

    from addons.bridge_crm_erp.services.messages import BilledMessage
    from addons.crm_sales.models import Order
    from core.api import Env

KINDS = (ForeignKind.INVOICE, ForeignKind.CREDIT_NOTE)


def check(message: BilledMessage) -> None:
    """Raise Invalid for amounts that no invoice has."""
    wrong = {}
    if not ZERO <= message.open <= message.total:
        wrong["open"] = _("An invoice is open with something between nothing and its total.")
    if not ZERO <= message.net <= message.total:
        wrong["net"] = _("Before tax an invoice is something between nothing and its total.")
    if message.rate is not None and message.rate <= 0:
        wrong["rate"] = _("A rate is above zero.")
    if wrong:
        raise Invalid(fields=wrong)


def fill(env: Env, link: BilledLink, order: Order, message: BilledMessage) -> None:
    """Note the amounts, and bring the customer's figures up to date.

    Raise NoRate for a currency without a rate on that day, when the message brings none.
    """
    link.party_id = order.party_id
    link.billed_on, link.due_date = message.date, message.due_date
    link.currency = message.currency
    link.rate = message.rate or rate_on(env, message.currency, message.date)
    link.total = message.total
    link.net_company = round_money(message.net * link.rate, env.company.currency)
    settle(env, link, message.open, message.date)


def settle(env: Env, link: BilledLink, still_open: Decimal, on: date) -> None:
    """So much is open since a day."""
    assert link.rate is not None  # noqa: S101 - filled when it was invoiced
    assert link.party_id is not None  # noqa: S101 - the same
    link.open_amount = still_open
    link.open_amount_company = round_money(still_open * link.rate, env.company.currency)
    link.paid_on = None if still_open else on
    env.session.flush()
    standing.refresh(env, [link.party_id])


def billed(env: Env) -> Select[*tuple[Any, ...]]:
    """One row for each; see the hook ``bridge_billed``."""
    link = env[BilledLink]
    return select(
        link.party_id,
        (link.kind == ForeignKind.CREDIT_NOTE).label("is_note"),
        link.billed_on.label("date"),
        link.due_date,
        link.paid_on,
        link.net_company.label("net"),
        (link.open_amount > 0).label("open"),
        link.open_amount_company.label("owed"),
    ).where(link.kind.in_(KINDS), link.company_id == env.company_id)
