"""What a salesperson wants to know of a customer's payments."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from core.api import Choice, Money, _, about, choice


class Standing(Choice):
    """Late while something is open past its due date; good once something was paid and nothing ever late."""

    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer"), "accent"
    GOOD_PAYER = "good_payer", _("Good payer"), "ok"
    LATE = "late", _("Late"), "bad"
    BLOCKED = "blocked", _("Blocked"), "bad"


class InvoicedParty(Party, extends=True):
    """Derived from posted invoices, in company currency; empty means none, so a prospect."""

    customer_status: Mapped[Standing | None] = choice(
        Standing, nullable=True, info=about(_("Customer status"), track=True)
    )
    revenue: Mapped[Decimal | None] = mapped_column(Money, info=about(_("Invoiced revenue")))
    last_purchase: Mapped[date | None] = mapped_column(Date)
    overdue_amount: Mapped[Decimal | None] = mapped_column(Money, info=about(_("Overdue")))
