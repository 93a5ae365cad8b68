"""The second axis of the books: what an amount was earned or spent for, beside what it is."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.catalog.models import Category, Product
from addons.erp_accounting.models import analytic_guards as guards
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.distribution import AnalyticAccount, AnalyticPlan, Distribution
from addons.erp_accounting.models.entry import AMOUNTS, EntryLine
from addons.erp_accounting.models.guards import never_emptied
from core.api import CompanyOwned, Env, Model, Money, Trigger, User, _, about, link, reference


class AnalyticRule(CompanyOwned, Model, name="analytic_rule"):
    """Which distribution a new line begins with: of the rules that fit,
    the one that asks for most."""

    __label__ = _("Analytic rule")
    __labels__ = _("Analytic rules")
    __display__ = "title"
    __kept__ = True

    product_id: Mapped[int | None] = reference(
        "catalog.product", nullable=True, index=False, info=about(_("Product"))
    )
    product: Mapped[Product | None] = link("catalog.product")
    party_id: Mapped[int | None] = reference(
        "base.party", nullable=True, index=False, info=about(_("Customer or supplier"))
    )
    party: Mapped[Party | None] = link("base.party")
    category_id: Mapped[int | None] = reference(
        "catalog.category", nullable=True, index=False, info=about(_("Category of the product"))
    )
    category: Mapped[Category | None] = link("catalog.category")
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account", nullable=True, index=False, info=about(_("Account"))
    )
    account: Mapped[Account | None] = link("erp_accounting.account")
    distribution_id: Mapped[int] = reference(
        "erp_accounting.distribution", index=False, info=about(_("Distribution"))
    )
    distribution: Mapped[Distribution] = link("erp_accounting.distribution")
    rank: Mapped[int] = mapped_column(
        Integer,
        default=0,
        server_default="0",
        info=about(
            _("Rank"),
            help=_(
                "The highest that fits is taken: a product counts 8, a contact 4, a category 2, an account 1."
            ),
        ),
    )
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (
        Index(
            "once",
            "company_id",
            "product_id",
            "party_id",
            "category_id",
            "account_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "num_nonnulls(product_id, party_id, category_id, account_id) > 0", name="has_a_condition"
        ),
    )

    @property
    def title(self) -> str:
        """Its conditions, as in "Lamp Orla, Hôtel des Tilleuls"."""
        named = (self.product, self.party, self.category, self.account)
        return ", ".join(str(one.display_name) for one in named if one is not None)

    def before_save(self, env: Env) -> None:
        """Rank by what it asks for, so that no two rules that fit are equal."""
        super().before_save(env)
        pairs = (
            (8, self.product_id or self.product),
            (4, self.party_id or self.party),
            (2, self.category_id or self.category),
            (1, self.account_id or self.account),
        )
        self.rank = sum(weight for weight, condition in pairs if condition)


class AnalyticAllocation(CompanyOwned, Model, name="analytic_allocation", versioned=False):
    """A posted entry line was given to other analytic accounts: by whom, when, why, from what, to what."""

    __label__ = _("Re-allocation")
    __labels__ = _("Re-allocations")
    __display__ = "reason"

    entry_line_id: Mapped[int] = reference("erp_accounting.entry_line", info=about(_("Entry line")))
    entry_line: Mapped[EntryLine] = link("erp_accounting.entry_line")
    before_id: Mapped[int | None] = reference(
        "erp_accounting.distribution", nullable=True, index=False, info=about(_("Before"))
    )
    before: Mapped[Distribution | None] = link("erp_accounting.distribution", key="before_id")
    after_id: Mapped[int | None] = reference(
        "erp_accounting.distribution", nullable=True, info=about(_("After"))
    )
    after: Mapped[Distribution | None] = link("erp_accounting.distribution", key="after_id")
    reason: Mapped[str] = mapped_column(String(200), info=about(_("Reason")))
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    user_id: Mapped[int | None] = reference("core.user", nullable=True, index=False, info=about(_("By")))
    user: Mapped[User | None] = link("core.user")

    __triggers__ = (
        Trigger("is_final", "BEFORE UPDATE OR DELETE", guards.ALLOCATION),
        never_emptied(),
    )


class AnalyticLine(CompanyOwned, Model, name="analytic_line", versioned=False):
    """A part of a posted entry line on one analytic account. The lines of a plan add up to the entry line."""

    __label__ = _("Analytic line")
    __labels__ = _("Analytic lines")
    __display__ = "date"

    entry_line_id: Mapped[int] = reference("erp_accounting.entry_line", info=about(_("Entry line")))
    entry_line: Mapped[EntryLine] = link("erp_accounting.entry_line")
    plan_id: Mapped[int] = reference("erp_accounting.analytic_plan", index=False, info=about(_("Plan")))
    plan: Mapped[AnalyticPlan] = link("erp_accounting.analytic_plan")
    account_id: Mapped[int] = reference(
        "erp_accounting.analytic_account", index=False, info=about(_("Analytic account"))
    )
    account: Mapped[AnalyticAccount] = link("erp_accounting.analytic_account")
    general_id: Mapped[int] = reference("erp_accounting.account", index=False, info=about(_("Account")))
    general: Mapped[Account] = link("erp_accounting.account", key="general_id")
    date: Mapped[dt.date] = mapped_column(Date, info=about(_("Date")))
    amount: Mapped[Decimal] = mapped_column(Money, info=about(_("Amount"), group=AMOUNTS))
    """Debit minus credit, in the company's currency."""
    allocation_id: Mapped[int | None] = reference(
        "erp_accounting.analytic_allocation", nullable=True, index=False, info=about(_("Re-allocation"))
    )
    allocation: Mapped[AnalyticAllocation | None] = link("erp_accounting.analytic_allocation")
    """Which re-allocation wrote it; none for what posting wrote."""

    __constraints__ = (
        Index("account_date", "account_id", "date"),
        Index("company_date", "company_id", "date"),
    )
    __triggers__ = (
        Trigger("is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.LINE),
        never_emptied(),
    )
