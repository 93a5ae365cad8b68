"""The accounts of a company's chart."""

from sqlalchemy import Boolean, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Choice, CompanyOwned, Model, Trigger, _, about, choice


class AccountType(Choice):
    RECEIVABLE = "receivable", _("Receivable")
    BANK = "bank", _("Bank and cash")
    CURRENT_ASSET = "current_asset", _("Current assets")
    PREPAYMENT = "prepayment", _("Prepayments")
    FIXED_ASSET = "fixed_asset", _("Fixed assets")
    PAYABLE = "payable", _("Payable")
    CURRENT_LIABILITY = "current_liability", _("Current liabilities")
    LONG_LIABILITY = "long_liability", _("Long-term liabilities")
    EQUITY = "equity", _("Equity")
    RESULT = "result", _("Result of the year")
    INCOME = "income", _("Income")
    OTHER_INCOME = "other_income", _("Other income")
    COST_OF_SALES = "cost_of_sales", _("Cost of sales")
    EXPENSE = "expense", _("Expenses")
    DEPRECIATION = "depreciation", _("Depreciation")
    OFF_BALANCE = "off_balance", _("Off balance sheet")


ASSETS = (
    AccountType.RECEIVABLE,
    AccountType.BANK,
    AccountType.CURRENT_ASSET,
    AccountType.PREPAYMENT,
    AccountType.FIXED_ASSET,
)
LIABILITIES = (AccountType.PAYABLE, AccountType.CURRENT_LIABILITY, AccountType.LONG_LIABILITY)
EQUITY = (AccountType.EQUITY, AccountType.RESULT)
INCOME = (AccountType.INCOME, AccountType.OTHER_INCOME)
EXPENSES = (AccountType.COST_OF_SALES, AccountType.EXPENSE, AccountType.DEPRECIATION)
PARTY_TYPES = (AccountType.RECEIVABLE, AccountType.PAYABLE)

CODE_IS_FINAL = """
BEGIN
  IF NEW.code IS DISTINCT FROM OLD.code OR NEW.company_id <> OLD.company_id THEN
    IF EXISTS (SELECT 1 FROM erp_accounting_entry_line l JOIN erp_accounting_entry e ON e.id = l.entry_id
               WHERE l.account_id = OLD.id AND e.state = 'posted') THEN
      RAISE EXCEPTION 'account % is used by posted entries: its code is final', OLD.code;
    END IF;
  END IF;
  RETURN NEW;
END;
"""


class Account(CompanyOwned, Model, name="account"):
    """Where amounts are recorded. Its code is final once a posted entry uses it: the hash chain covers it."""

    __label__ = _("Account")
    __labels__ = _("Accounts")
    __display__ = "title"
    __kept__ = True
    __searchable__ = ("code", "name")

    code: Mapped[str] = mapped_column(String(20), info=about(_("Code")))
    name: Mapped[str] = mapped_column(String(200), info=about(_("Name")))
    type: Mapped[AccountType] = choice(AccountType, info=about(_("Type")))
    reconcilable: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default="false",
        info=about(
            _("Lines are matched"),
            help=_("Its lines stay open until they are settled by others, as an invoice by a payment."),
        ),
    )
    tags: Mapped[str] = mapped_column(
        Text,
        default="",
        server_default="",
        info=about(_("Tags"), help=_("Words that reports group by, separated by spaces.")),
    )
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (
        Index("code", "company_id", "code", unique=True),
        CheckConstraint(
            "type NOT IN ('receivable', 'payable') OR reconcilable", name="party_account_is_matched"
        ),
    )
    __triggers__ = (Trigger("code_is_final", "BEFORE UPDATE", CODE_IS_FINAL),)

    @property
    def title(self) -> str:
        """Code and name, as an accountant reads an account."""
        return f"{self.code} {self.name}"
