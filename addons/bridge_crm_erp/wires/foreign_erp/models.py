"""What an invoice of another ERP says of the customer."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.bridge_crm_erp.models import AMOUNTS, ForeignLink
from core.api import Money, Rate, _, about, link, reference


class BilledLink(ForeignLink, extends=True):
    """Filled for invoices and credit notes only; ``total`` and ``open_amount`` in their own currency."""

    party_id: Mapped[int | None] = reference("base.party", nullable=True, info=about(_("Customer")))
    party: Mapped[Party | None] = link("base.party")
    billed_on: Mapped[date | None] = mapped_column(Date, info=about(_("Date")))
    due_date: Mapped[date | None] = mapped_column(Date, info=about(_("Due date")))
    paid_on: Mapped[date | None] = mapped_column(Date, info=about(_("Paid on")))
    currency: Mapped[str | None] = mapped_column(String(3))
    rate: Mapped[Decimal | None] = mapped_column(Rate)
    """Units of the company's currency for one unit of this one, on the day of the document."""
    total: Mapped[Decimal | None] = mapped_column(Money, info=about(group=AMOUNTS))
    open_amount: Mapped[Decimal | None] = mapped_column(Money, info=about(_("Still open"), group=AMOUNTS))
    net_company: Mapped[Decimal | None] = mapped_column(
        Money, info=about(_("Net in company currency"), group=AMOUNTS)
    )
    open_amount_company: Mapped[Decimal | None] = mapped_column(
        Money, info=about(_("Open in company currency"), group=AMOUNTS)
    )
