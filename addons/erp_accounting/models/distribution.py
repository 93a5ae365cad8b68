"""Analytic plans, their accounts, and how an amount is distributed over them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, inspect, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.erp_accounting.models import analytic_guards as guards
from core.api import (
    HUNDRED,
    ZERO,
    CompanyOwned,
    Env,
    Model,
    Rate,
    RuleBroken,
    Trigger,
    _,
    about,
    format_percent,
    link,
    reference,
)


class NotWhole(RuleBroken):
    def __init__(self, plan: str, percent: Decimal) -> None:
        super().__init__(
            _(
                "The shares of {plan} add up to {percent}, not to 100 %.",
                plan=plan,
                percent=format_percent(percent),
            ),
            hint=_("Complete the shares of this plan, or leave it out."),
        )


class AnalyticPlan(CompanyOwned, Model, name="analytic_plan"):
    """One way to look at income and costs: by department, by project. A plan counts an amount
    once."""

    __label__ = _("Analytic plan")
    __labels__ = _("Analytic plans")
    __display__ = "name"
    __kept__ = True
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=about(_("Order")))
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (Index("name", "company_id", "name", unique=True),)


class AnalyticAccount(CompanyOwned, Model, name="analytic_account"):
    """What amounts are collected for: a department, a project, a site."""

    __label__ = _("Analytic account")
    __labels__ = _("Analytic accounts")
    __display__ = "title"
    __searchable__ = ("code", "name")

    code: Mapped[str] = mapped_column(String(20), info=about(_("Code")))
    name: Mapped[str] = mapped_column(String(200), info=about(_("Name")))
    plan_id: Mapped[int] = reference("erp_accounting.analytic_plan", info=about(_("Plan")))
    plan: Mapped[AnalyticPlan] = link("erp_accounting.analytic_plan")
    party_id: Mapped[int | None] = reference(
        "base.party", nullable=True, info=about(_("Contact"), help=_("For whom, where it is for somebody."))
    )
    party: Mapped[Party | None] = link("base.party")
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (Index("code", "company_id", "code", unique=True),)
    __triggers__ = (Trigger("plan_is_final", "BEFORE UPDATE", guards.PLAN_OF_ACCOUNT),)

    @property
    def title(self) -> str:
        """Code and name, as accounts are read."""
        return f"{self.code} {self.name}"


class Distribution(CompanyOwned, Model, name="distribution"):
    """How an amount is divided over analytic accounts of one or several plans. Each analytic account has its
    own, which gives it everything. What it says is final once something was posted by it."""

    __label__ = _("Distribution")
    __labels__ = _("Distributions")
    __display__ = "name"
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(240), info=about(_("Name")))
    account_id: Mapped[int | None] = reference(
        "erp_accounting.analytic_account",
        nullable=True,
        index=False,
        ondelete="CASCADE",
        info=about(_("All to the account")),
    )
    account: Mapped[AnalyticAccount | None] = link("erp_accounting.analytic_account")
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )
    shares: Mapped[list["DistributionShare"]] = link(
        "erp_accounting.analytic_share", back="distribution", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        Index("name", "company_id", "name", unique=True),
        Index("own", "account_id", unique=True, postgresql_where=text("account_id IS NOT NULL")),
    )


class DistributionShare(CompanyOwned, Model, name="analytic_share", versioned=False):
    """What one analytic account gets; the shares of each plan add up to 100 %."""

    __label__ = _("Share")
    __labels__ = _("Shares")
    __display__ = "percent"

    distribution_id: Mapped[int] = reference("erp_accounting.distribution", ondelete="CASCADE")
    distribution: Mapped[Distribution] = link("erp_accounting.distribution", back="shares")
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    account_id: Mapped[int] = reference("erp_accounting.analytic_account", info=about(_("Analytic account")))
    account: Mapped[AnalyticAccount] = link("erp_accounting.analytic_account")
    percent: Mapped[Decimal] = mapped_column(
        Rate, default=HUNDRED, server_default="100", info=about(_("Share in %"))
    )

    __constraints__ = (
        Index("once", "distribution_id", "account_id", unique=True),
        CheckConstraint("percent > 0 AND percent <= 100", name="percent_in_range"),
    )
    __triggers__ = (
        Trigger("used_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.SHARE),
        Trigger("whole", "AFTER INSERT OR UPDATE OR DELETE", guards.WHOLE, deferred=True),
    )

    @property
    def plan_name(self) -> str:
        """The plan that the account is of."""
        return self.account.plan.name if self.account and self.account.plan else ""

    def before_save(self, env: Env) -> None:
        """Refuse a plan that does not add up."""
        super().before_save(env)
        if self.distribution is not None:
            refuse_partial(self.distribution.shares)

    def before_delete(self, env: Env) -> None:
        """Refuse to leave a plan that does not add up."""
        super().before_delete(env)
        of = self.distribution
        if of is not None and not inspect(of).deleted and of not in env.session.deleted:
            refuse_partial([one for one in of.shares if one not in env.session.deleted])


def refuse_partial(shares: Iterable[Any]) -> None:
    """Raise NotWhole for the first plan whose shares are not 100 %."""
    sums: dict[str, Decimal] = {}
    for share in shares:
        if share.account is not None and share.account.plan is not None:
            name = share.account.plan.name
            sums[name] = sums.get(name, ZERO) + (share.percent if share.percent is not None else HUNDRED)
    for name, percent in sums.items():
        if percent != HUNDRED:
            raise NotWhole(name, percent)
