"""What accounting adds to the catalog: the accounts behind taxes and categories."""

from decimal import Decimal

from sqlalchemy import String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Category, Tax, one_in_each_company
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.entry import EntryLine
from addons.erp_accounting.models.final import before, changed
from core.api import Choice, Env, Invalid, Model, Rate, _, about, choice, link, reference


class TaxPoint(Choice):
    """When a tax becomes due (directive 2006/112/EC, art. 63 to 66)."""

    INVOICE = "invoice", _("With the invoice")
    PAYMENT = "payment", _("With the payment")


def _box(label: str) -> Mapped[str]:
    return mapped_column(String(20), default="", server_default="", info=about(label))


FINAL = frozenset({"code", "kind", "rate", "included", "category", "reverse_rate"})


class AccountedTax(Tax, extends=True):
    """Where the tax is booked. A reverse charge has rate 0 on the document and is booked on both sides
    here."""

    account_id: Mapped[int | None] = reference(
        "erp_accounting.account", nullable=True, index=False, info=about(_("Tax account"))
    )
    account: Mapped[Account | None] = link("erp_accounting.account", key="account_id")
    reverse_rate: Mapped[Decimal | None] = mapped_column(
        Rate, info=about(_("Rate you declare yourself"), help=_("For a reverse charge: the rate in percent."))
    )
    reverse_account_id: Mapped[int | None] = reference(
        "erp_accounting.account", nullable=True, index=False, info=about(_("Account of the tax you owe"))
    )
    reverse_account: Mapped[Account | None] = link("erp_accounting.account", key="reverse_account_id")
    exigible: Mapped[TaxPoint] = choice(
        TaxPoint,
        default=TaxPoint.INVOICE,
        server_default=TaxPoint.INVOICE.value,
        info=about(_("Declared"), help=_("When the tax enters the return.")),
    )
    base_box: Mapped[str] = _box(_("Box of the base"))
    due_box: Mapped[str] = _box(_("Box of the tax you owe"))
    deductible_box: Mapped[str] = _box(_("Box of the tax you deduct"))

    def before_save(self, env: Env) -> None:
        """What was posted with a tax is credited and declared with it: its terms are final once used."""
        super().before_save(env)
        if (names := changed(self) & FINAL) and _used(env, self.company_id, before(self, "code")):
            why = _(
                "{tax} stands on entry lines: archive it and create another one.", tax=before(self, "name")
            )
            raise Invalid(fields=dict.fromkeys(names, why))


def _used(env: Env, company_id: int, code: str) -> bool:
    line = env[EntryLine]
    named = func.strpos(func.concat(" ", line.tax_code, " "), f" {code} ") > 0
    found = select(line.id).where(line.company_id == company_id, named).limit(1)
    return env.session.scalars(found).first() is not None


class AccountedCategory(Category, extends=True):
    """Accounts for the products of a category: the companies share it, each has its own."""

    income_accounts: Mapped[list[Account]] = link(
        "erp_accounting.account", through="erp_accounting.category_income", many=True
    )
    expense_accounts: Mapped[list[Account]] = link(
        "erp_accounting.account", through="erp_accounting.category_expense", many=True
    )

    def before_save(self, env: Env) -> None:
        """One account in each company: two would leave open where a line is booked."""
        super().before_save(env)
        for name in ("income_accounts", "expense_accounts"):
            if not one_in_each_company(self, name):
                raise Invalid(fields={name: _("Choose one account only.")})


class CategoryIncome(Model, name="category_income", versioned=False):
    """Joins a category and the account of a company in which its sales are booked."""

    __label__ = _("Income account of a category")
    __labels__ = _("Income accounts of categories")
    __display__ = "id"

    category_id: Mapped[int] = reference("catalog.category", ondelete="CASCADE")
    account_id: Mapped[int] = reference("erp_accounting.account", ondelete="CASCADE")

    __constraints__ = (UniqueConstraint("category_id", "account_id", name="once"),)


class CategoryExpense(Model, name="category_expense", versioned=False):
    """Joins a category and the account of a company in which its purchases are booked."""

    __label__ = _("Expense account of a category")
    __labels__ = _("Expense accounts of categories")
    __display__ = "id"

    category_id: Mapped[int] = reference("catalog.category", ondelete="CASCADE")
    account_id: Mapped[int] = reference("erp_accounting.account", ondelete="CASCADE")

    __constraints__ = (UniqueConstraint("category_id", "account_id", name="once"),)
