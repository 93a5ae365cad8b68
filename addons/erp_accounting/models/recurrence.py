"""Invoices that come back: a subscription, a rent."""

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models.invoice import Invoice
from core.api import CompanyOwned, Model, _, about, link, reference


class Recurrence(CompanyOwned, Model, name="recurrence"):
    """Every so many months a copy of an invoice is drafted, or posted at once. What it copies may be a draft:
    change that to change what comes next."""

    __label__ = _("Recurring invoice")
    __labels__ = _("Recurring invoices")
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    invoice_id: Mapped[int] = reference("erp_accounting.invoice", info=about(_("Copies the invoice")))
    invoice: Mapped[Invoice] = link("erp_accounting.invoice")
    months: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1", info=about(_("Every so many months"))
    )
    first_on: Mapped[dt.date] = mapped_column(Date, info=about(_("First on")))
    until: Mapped[dt.date | None] = mapped_column(Date, info=about(_("Until")))
    post: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default="false",
        info=about(_("Post at once"), help=_("Otherwise a draft is written for you to look at.")),
    )
    done: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=about(_("Written so far")))
    problem: Mapped[str] = mapped_column(
        String(500), default="", server_default="", info=about(_("Last problem"))
    )
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (
        CheckConstraint("months BETWEEN 1 AND 120 AND done >= 0", name="every_month_or_more"),
        CheckConstraint("until IS NULL OR until >= first_on", name="dates"),
    )


class RecurrenceRun(CompanyOwned, Model, name="recurrence_run", versioned=False):
    """One invoice that was written: a day is never written twice."""

    __label__ = _("Invoice written")
    __labels__ = _("Invoices written")
    __display__ = "day"

    recurrence_id: Mapped[int] = reference("erp_accounting.recurrence", index=False, ondelete="CASCADE")
    recurrence: Mapped[Recurrence] = link("erp_accounting.recurrence")
    day: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    invoice_id: Mapped[int] = reference("erp_accounting.invoice", info=about(_("Invoice")))
    invoice: Mapped[Invoice] = link("erp_accounting.invoice")

    __constraints__ = (Index("once", "recurrence_id", "day", unique=True),)
