"""What one company decided about its books: fiscal year, lock dates, the accounts that postings fall back
on."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models import guards
from core.api import CompanyOwned, Model, Trigger, _, about, reference


def _account(label: str, help: str = "") -> Mapped[int | None]:  # noqa: A002 - the word users of forms know
    return reference("erp_accounting.account", nullable=True, index=False, info=about(label, help=help))


class Ledger(CompanyOwned, Model, name="ledger"):
    """One row a company. Nothing is posted on or before a lock date; the hard lock never moves back."""

    __label__ = _("Accounting settings")
    __labels__ = _("Accounting settings")
    __display__ = "chart"

    chart: Mapped[str] = mapped_column(String(40), info=about(_("Chart of accounts")))
    fiscal_month: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1", info=about(_("First month of the fiscal year"))
    )
    retention_years: Mapped[int] = mapped_column(
        Integer,
        default=10,
        server_default="10",
        info=about(
            _("Years documents are kept"), help=_("Names on posted documents may be blanked only after that.")
        ),
    )
    lock_sales: Mapped[date | None] = mapped_column(Date, info=about(_("Sales locked until"), track=True))
    lock_purchases: Mapped[date | None] = mapped_column(
        Date, info=about(_("Purchases locked until"), track=True)
    )
    lock_all: Mapped[date | None] = mapped_column(Date, info=about(_("Everything locked until"), track=True))
    lock_hard: Mapped[date | None] = mapped_column(
        Date, info=about(_("Closed for good until"), help=_("It can only move forward."), track=True)
    )
    receivable_id: Mapped[int | None] = _account(_("Customers"))
    payable_id: Mapped[int | None] = _account(_("Suppliers"))
    sales_id: Mapped[int | None] = _account(_("Sales of goods"))
    services_id: Mapped[int | None] = _account(_("Sales of services"))
    purchases_id: Mapped[int | None] = _account(_("Purchases of goods"))
    expenses_id: Mapped[int | None] = _account(_("Purchases of services"))
    rounding_id: Mapped[int | None] = _account(_("Rounding differences"))
    write_off_loss_id: Mapped[int | None] = _account(_("Write-off losses"))
    write_off_gain_id: Mapped[int | None] = _account(_("Write-off gains"))
    exchange_loss_id: Mapped[int | None] = _account(_("Exchange losses"))
    exchange_gain_id: Mapped[int | None] = _account(_("Exchange gains"))
    deposits_id: Mapped[int | None] = _account(_("Deposits from customers"))
    retained_id: Mapped[int | None] = _account(_("Retained earnings"))
    result_id: Mapped[int | None] = _account(_("Result of the year"))
    inventory_id: Mapped[int | None] = _account(_("Inventory"))
    goods_received_id: Mapped[int | None] = _account(_("Goods received, not invoiced"))
    cost_of_sales_id: Mapped[int | None] = _account(_("Cost of goods sold"))
    stock_loss_id: Mapped[int | None] = _account(_("Inventory differences"))

    __constraints__ = (
        Index("company", "company_id", unique=True),
        CheckConstraint("fiscal_month BETWEEN 1 AND 12", name="fiscal_month"),
        CheckConstraint("retention_years BETWEEN 1 AND 99", name="retention_years"),
    )
    __triggers__ = (Trigger("hard_lock_is_final", "BEFORE UPDATE", guards.LOCKS_ONLY_FORWARD),)
