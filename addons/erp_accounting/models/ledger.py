"""What one company decided about its books: fiscal year, lock dates, the accounts that postings fall back
on."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models import guards
from addons.erp_accounting.models.account import Account
from core.api import CompanyOwned, Env, Model, Trigger, _, about, link, reference


def _account(label: str, help: str = "") -> Mapped[int | None]:  # noqa: A002 - the word users of forms know
    return reference("erp_accounting.account", nullable=True, index=False, info=about(label, help=help))


class Ledger(CompanyOwned, Model, name="ledger"):
    """One row a company. Nothing is posted on or before a lock date; the hard lock never moves back."""

    __label__ = _("Accounting settings")
    __labels__ = _("Accounting settings")
    __display__ = "title"
    __kept__ = True

    chart: Mapped[str] = mapped_column(String(40), info=about(_("Chart of accounts")))
    fiscal_month: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1", info=about(_("First month of the fiscal year"))
    )
    carries_forward: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default="false",
        info=about(
            _("Carry balances forward"),
            help=_("Closing a year also closes the balance sheet and opens it again on the next day."),
        ),
    )
    """The practice of the PCG; without it the result goes to retained earnings in one step."""
    retention_years: Mapped[int] = mapped_column(
        Integer,
        default=10,
        server_default="10",
        info=about(
            _("Years documents are kept"), help=_("Names on posted documents may be blanked only after that.")
        ),
    )
    legal_note: Mapped[str] = mapped_column(
        Text,
        default="",
        server_default="",
        info=about(
            _("Printed at the foot of documents"),
            help=_("Legal form, share capital, register, such as: SAS au capital de 50 000 €, RCS Annecy."),
        ),
    )
    creditor_id: Mapped[str] = mapped_column(
        String(35),
        default="",
        server_default="",
        info=about(_("SEPA creditor identifier"), help=_("Given by your bank, for direct debits.")),
    )
    reminders_nightly: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default="false",
        info=about(
            _("Send reminders every night"),
            help=_("Those that are due, each level once for an invoice. Otherwise somebody sends them."),
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
    receivable: Mapped[Account | None] = link("erp_accounting.account", key="receivable_id")
    payable_id: Mapped[int | None] = _account(_("Suppliers"))
    payable: Mapped[Account | None] = link("erp_accounting.account", key="payable_id")
    sales_id: Mapped[int | None] = _account(_("Sales of goods"))
    sales: Mapped[Account | None] = link("erp_accounting.account", key="sales_id")
    services_id: Mapped[int | None] = _account(_("Sales of services"))
    services: Mapped[Account | None] = link("erp_accounting.account", key="services_id")
    purchases_id: Mapped[int | None] = _account(_("Purchases of goods"))
    purchases: Mapped[Account | None] = link("erp_accounting.account", key="purchases_id")
    expenses_id: Mapped[int | None] = _account(_("Purchases of services"))
    expenses: Mapped[Account | None] = link("erp_accounting.account", key="expenses_id")
    tax_collected_id: Mapped[int | None] = _account(
        _("Tax on sales"), _("For taxes without an account of their own.")
    )
    tax_collected: Mapped[Account | None] = link("erp_accounting.account", key="tax_collected_id")
    tax_deductible_id: Mapped[int | None] = _account(
        _("Tax on purchases"), _("For taxes without an account of their own.")
    )
    tax_deductible: Mapped[Account | None] = link("erp_accounting.account", key="tax_deductible_id")
    tax_payable_id: Mapped[int | None] = _account(_("Tax to be paid"), _("Where a tax return leaves it."))
    tax_payable: Mapped[Account | None] = link("erp_accounting.account", key="tax_payable_id")
    tax_credit_id: Mapped[int | None] = _account(_("Tax credit carried forward"))
    tax_credit: Mapped[Account | None] = link("erp_accounting.account", key="tax_credit_id")
    rounding_id: Mapped[int | None] = _account(_("Rounding differences"))
    rounding: Mapped[Account | None] = link("erp_accounting.account", key="rounding_id")
    write_off_loss_id: Mapped[int | None] = _account(_("Write-off losses"))
    write_off_loss: Mapped[Account | None] = link("erp_accounting.account", key="write_off_loss_id")
    write_off_gain_id: Mapped[int | None] = _account(_("Write-off gains"))
    write_off_gain: Mapped[Account | None] = link("erp_accounting.account", key="write_off_gain_id")
    exchange_loss_id: Mapped[int | None] = _account(_("Exchange losses"))
    exchange_loss: Mapped[Account | None] = link("erp_accounting.account", key="exchange_loss_id")
    exchange_gain_id: Mapped[int | None] = _account(_("Exchange gains"))
    exchange_gain: Mapped[Account | None] = link("erp_accounting.account", key="exchange_gain_id")
    discount_given_id: Mapped[int | None] = _account(_("Early payment discounts given"))
    discount_given: Mapped[Account | None] = link("erp_accounting.account", key="discount_given_id")
    discount_taken_id: Mapped[int | None] = _account(_("Early payment discounts taken"))
    discount_taken: Mapped[Account | None] = link("erp_accounting.account", key="discount_taken_id")
    dunning_fee_id: Mapped[int | None] = _account(_("Reminder fees"))
    dunning_fee: Mapped[Account | None] = link("erp_accounting.account", key="dunning_fee_id")
    deposits_id: Mapped[int | None] = _account(_("Deposits from customers"))
    deposits: Mapped[Account | None] = link("erp_accounting.account", key="deposits_id")
    retained_id: Mapped[int | None] = _account(_("Retained earnings"))
    retained: Mapped[Account | None] = link("erp_accounting.account", key="retained_id")
    result_id: Mapped[int | None] = _account(_("Result of the year"))
    result: Mapped[Account | None] = link("erp_accounting.account", key="result_id")
    loss_id: Mapped[int | None] = _account(
        _("Loss of the year"), _("Where a loss has an account of its own; else that of the result.")
    )
    loss: Mapped[Account | None] = link("erp_accounting.account", key="loss_id")
    inventory_id: Mapped[int | None] = _account(_("Inventory"))
    inventory: Mapped[Account | None] = link("erp_accounting.account", key="inventory_id")
    goods_received_id: Mapped[int | None] = _account(_("Goods received, not invoiced"))
    goods_received: Mapped[Account | None] = link("erp_accounting.account", key="goods_received_id")
    cost_of_sales_id: Mapped[int | None] = _account(_("Cost of goods sold"))
    cost_of_sales: Mapped[Account | None] = link("erp_accounting.account", key="cost_of_sales_id")
    stock_loss_id: Mapped[int | None] = _account(_("Inventory differences"))
    stock_loss: Mapped[Account | None] = link("erp_accounting.account", key="stock_loss_id")
    production_id: Mapped[int | None] = _account(
        _("Work in progress"), _("The value of goods that production took and has not given back.")
    )
    production: Mapped[Account | None] = link("erp_accounting.account", key="production_id")
    landed_costs_id: Mapped[int | None] = _account(
        _("Landed costs to be billed"),
        _("Freight and duties in the value of goods, until their bill clears it."),
    )
    landed_costs: Mapped[Account | None] = link("erp_accounting.account", key="landed_costs_id")
    suspense_id: Mapped[int | None] = _account(
        _("Suspense account"), _("Holds imported bank movements until they are matched.")
    )
    suspense: Mapped[Account | None] = link("erp_accounting.account", key="suspense_id")
    bank_fees_id: Mapped[int | None] = _account(_("Bank charges"))
    bank_fees: Mapped[Account | None] = link("erp_accounting.account", key="bank_fees_id")

    __constraints__ = (
        Index("company", "company_id", unique=True),
        CheckConstraint("fiscal_month BETWEEN 1 AND 12", name="fiscal_month"),
        CheckConstraint("retention_years BETWEEN 1 AND 99", name="retention_years"),
    )
    __triggers__ = (Trigger("hard_lock_is_final", "BEFORE UPDATE", guards.LOCKS_ONLY_FORWARD),)

    @property
    def title(self) -> str:
        return str(_("Accounting settings"))

    def locked_fields(self, env: Env) -> Mapping[str, str]:
        """Lock dates are moved by their action, which keeps the closing totals."""
        why = str(_("Use “Set lock dates” to move it."))
        return dict.fromkeys(("lock_sales", "lock_purchases", "lock_all", "lock_hard"), why)
