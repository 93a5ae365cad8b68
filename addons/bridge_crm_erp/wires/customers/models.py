"""What a salesperson wants to know of a customer's payments."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.bridge_crm_erp.models import AMOUNTS
from core.api import ZERO, Choice, CompanyOwned, Model, Money, _, about, choice, link, reference


class Standing(Choice):
    """Late while something is open past its due date; good once something was paid and nothing ever late.

    Nobody is stored as a prospect: that is who has no invoice.
    """

    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer"), "accent"
    GOOD_PAYER = "good_payer", _("Good payer"), "ok"
    LATE = "late", _("Late"), "bad"
    BLOCKED = "blocked", _("Blocked"), "bad"


class CustomerFigures(CompanyOwned, Model, name="customer_figures"):
    """Derived from all invoices of one company to one customer, in the company's currency."""

    __label__ = _("Customer figures")
    __labels__ = _("Customer figures")
    __display__ = "status"
    __of_current_company__ = True

    party_id: Mapped[int] = reference("base.party", ondelete="CASCADE", info=about(_("Customer")))
    party: Mapped[Party] = link("base.party")
    status: Mapped[Standing] = choice(Standing, info=about(_("Customer status")))
    revenue: Mapped[Decimal] = mapped_column(
        Money,
        default=ZERO,
        info=about(_("Invoiced revenue"), help=_("Before tax, credit notes taken off."), group=AMOUNTS),
    )
    last_purchase: Mapped[date | None] = mapped_column(Date, info=about(_("Last purchase")))
    overdue: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Overdue"), group=AMOUNTS))

    __constraints__ = (
        UniqueConstraint("company_id", "party_id", name="once"),
        Index("status", "company_id", "status"),
    )


class KnownCustomer(Party, extends=True):
    """A contact with the figures of the current company; none before the first invoice."""

    figures: Mapped[CustomerFigures | None] = link("bridge_crm_erp.customer_figures", inverse="party")

    @property
    def standing(self) -> Standing:
        """Customer status; blocked before anything else, also without an invoice."""
        if self.figures:
            return self.figures.status
        return Standing.BLOCKED if getattr(self, "orders_blocked", False) else Standing.PROSPECT
