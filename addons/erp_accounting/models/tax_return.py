"""Filed returns of value added tax."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models import guards, period_guards
from addons.erp_accounting.models.entry import AMOUNTS, Entry
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Model,
    Money,
    Trigger,
    User,
    _,
    about,
    choice,
    link,
    never_open,
    reference,
)


class ReturnState(Choice):
    FILED = "filed", _("Filed"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


class TaxReturn(CompanyOwned, Model, name="tax_return"):
    """What was declared for a period, box by box, with the entry that settles it. Final: cancel the last one
    and file it anew."""

    __open_when__ = never_open
    __label__ = _("Tax return")
    __labels__ = _("Tax returns")
    __display__ = "title"

    form: Mapped[str] = mapped_column(String(40), default="", server_default="", info=about(_("Form")))
    start: Mapped[dt.date] = mapped_column(Date, info=about(_("First day")))
    end: Mapped[dt.date] = mapped_column(Date, info=about(_("Last day")))
    state: Mapped[ReturnState] = choice(ReturnState, default=ReturnState.FILED, info=about(_("Status")))
    brought: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Credit brought forward"), group=AMOUNTS)
    )
    payable: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("To be paid"), group=AMOUNTS))
    credit: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Credit carried forward"), group=AMOUNTS)
    )
    boxes: Mapped[list[list[Any]]] = mapped_column(JSONB, default=list, info=about(internal=True))
    """[box, label, base, tax] as declared; amounts as texts or null."""
    figures: Mapped[dict[str, list[str]]] = mapped_column(JSONB, default=dict, info=about(internal=True))
    """Tax code -> exact [base, due, deductible]: the next return declares what has changed since."""
    accounts: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, info=about(internal=True))
    """Account id -> exact balance settled."""
    entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Settlement entry"))
    )
    entry: Mapped[Entry | None] = link("erp_accounting.entry")
    filed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=about(_("Filed at")))
    filed_by_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Filed by")))
    filed_by: Mapped[User | None] = link("core.user", key="filed_by_id")

    __constraints__ = (
        Index("filed_once", "company_id", "start", unique=True, postgresql_where=text("state = 'filed'")),
        CheckConstraint('"start" <= "end"', name="start_before_end"),
        CheckConstraint("payable >= 0 AND credit >= 0 AND (payable = 0 OR credit = 0)", name="pay_or_carry"),
    )
    __triggers__ = (
        Trigger("final", "BEFORE UPDATE OR DELETE", period_guards.TAX_RETURN),
        guards.never_emptied(),
    )

    @property
    def title(self) -> str:
        """ "2026-01-01 – 2026-01-31" """
        return f"{self.start} – {self.end}"
