"""Budgets: what a company means to earn and to spend in a period."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models.account import EXPENSES, INCOME, Account
from addons.erp_accounting.models.distribution import AnalyticAccount
from addons.erp_accounting.models.entry import AMOUNTS
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    Env,
    Model,
    Money,
    RuleBroken,
    Trigger,
    _,
    about,
    choice,
    link,
    never_open,
    reference,
)

LINE_OF_CONFIRMED = """
DECLARE
  touched bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.budget_id ELSE OLD.budget_id END;
  found text;
BEGIN
  SELECT name INTO found FROM erp_accounting_budget WHERE id = touched AND state <> 'draft';
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'budget % is confirmed: set it back to draft first', found;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
"""


class BudgetState(Choice):
    DRAFT = "draft", _("Draft")
    CONFIRMED = "confirmed", _("Confirmed"), "accent"
    DONE = "done", _("Done"), "ok"


class BudgetSide(Choice):
    COST = "cost", _("Cost")
    REVENUE = "revenue", _("Revenue")


class OutsidePeriod(RuleBroken):
    def __init__(self, month: dt.date, name: str) -> None:
        super().__init__(
            _("{month} is outside of budget {name}.", month=f"{month:%Y-%m}", name=name),
            hint=_("Choose a month of its period, or leave it empty for all of it."),
        )


class Budget(CompanyOwned, Model, name="budget"):
    """Whole months, such as a fiscal year. Its lines are final while it is confirmed or done."""

    __open_when__ = never_open
    __label__ = _("Budget")
    __labels__ = _("Budgets")
    __display__ = "name"
    __searchable__ = ("name",)
    __document__ = Document(
        closed_when=lambda budget: budget.state != BudgetState.DRAFT,
        service_fields=("state",),
        lock_rank=60,
        closed_hint=_("Set it back to draft first."),
        service_hint=_("Confirm it, close it or set it back to draft instead."),
    )

    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    start: Mapped[dt.date] = mapped_column(Date, info=about(_("First day")))
    end: Mapped[dt.date] = mapped_column(Date, info=about(_("Last day")))
    state: Mapped[BudgetState] = choice(
        BudgetState, default=BudgetState.DRAFT, info=about(_("Status"), track=True)
    )
    lines: Mapped[list["BudgetLine"]] = link(
        "erp_accounting.budget_line", back="budget", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        Index("name", "company_id", "name", unique=True),
        CheckConstraint(
            'extract(day FROM start) = 1 AND extract(day FROM "end" + 1) = 1 AND start < "end"',
            name="whole_months",
        ),
    )

    @property
    def is_draft(self) -> bool:
        return self.state in (None, BudgetState.DRAFT)


class BudgetLine(CompanyOwned, Model, name="budget_line", versioned=False):
    """An amount for an account, for accounts whose codes begin so, for an analytic account, or for both;
    of one month, or of the whole period in equal months."""

    __label__ = _("Budget line")
    __labels__ = _("Budget lines")
    __display__ = "title"

    __not_copied__ = frozenset({"budget_id"})

    budget_id: Mapped[int] = reference("erp_accounting.budget", ondelete="CASCADE")
    budget: Mapped[Budget] = link("erp_accounting.budget", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    side: Mapped[BudgetSide] = choice(BudgetSide, default=BudgetSide.COST, info=about(_("Kind")))
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account", nullable=True, index=False, info=about(_("Account"))
    )
    account: Mapped[Account | None] = link("erp_accounting.account")
    codes: Mapped[str] = mapped_column(
        String(100),
        default="",
        server_default="",
        info=about(_("Or codes"), help=_("A group of accounts by how their codes begin, such as 60 61.")),
    )
    analytic_id: Mapped[int | None] = reference(
        "erp_accounting.analytic_account", nullable=True, index=False, info=about(_("Analytic account"))
    )
    analytic: Mapped[AnalyticAccount | None] = link("erp_accounting.analytic_account")
    month: Mapped[dt.date | None] = mapped_column(
        Date, info=about(_("Month"), help=_("Any day of it. Empty: the whole period, in equal months."))
    )
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Amount"), group=AMOUNTS))
    """Positive for what is meant to be spent, and for what is meant to be earned."""

    __constraints__ = (
        CheckConstraint(
            "account_id IS NOT NULL OR codes <> '' OR analytic_id IS NOT NULL", name="for_something"
        ),
        CheckConstraint("account_id IS NULL OR codes = ''", name="account_or_group"),
        CheckConstraint("amount >= 0", name="not_negative"),
        CheckConstraint("month IS NULL OR extract(day FROM month) = 1", name="first_of_month"),
    )
    __triggers__ = (Trigger("confirmed_is_final", "BEFORE INSERT OR UPDATE OR DELETE", LINE_OF_CONFIRMED),)

    @property
    def title(self) -> str:
        """What the amount is for."""
        named = (self.account.title if self.account else self.codes and f"{' '.join(self.codes.split())}…",)
        return ", ".join(part for part in (*named, self.analytic.title if self.analytic else "") if part)

    def before_save(self, env: Env) -> None:
        """The first day stands for its month; the side follows the account."""
        super().before_save(env)
        if self.month is not None:
            self.month = self.month.replace(day=1)
            if self.budget is not None and not self.budget.start <= self.month <= self.budget.end:
                raise OutsidePeriod(self.month, self.budget.name)
        self.codes = " ".join((self.codes or "").split())
        account = self.account or (env.get(Account, self.account_id) if self.account_id else None)
        self.side = side_of(account) or self.side or BudgetSide.COST


def side_of(account: Account | None) -> BudgetSide | None:
    """Revenue for accounts of income, cost for those of expenses; open for others."""
    if account is None:
        return None
    if account.type in INCOME:
        return BudgetSide.REVENUE
    return BudgetSide.COST if account.type in EXPENSES else None
