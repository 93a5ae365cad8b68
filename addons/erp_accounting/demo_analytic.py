"""Two analytic plans for the examples, sites of customers and departments, and a budget of the year."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from addons.erp_accounting.models import AnalyticPlan, BudgetLine, BudgetSide, DistributionShare
from addons.erp_accounting.services import budgets, distributing, ledgers
from core.api import _

if TYPE_CHECKING:
    from addons.base.models import Party
    from core.api import Env


def begin(env: Env, customers: list[Party]) -> tuple[list[int], int]:
    """A site for each customer; the distribution of each, and one of costs that two departments share."""
    sites = env.add(AnalyticPlan, name=str(_("Sites")))
    departments = env.add(AnalyticPlan, name=str(_("Departments")), position=2)
    own = []
    for number, party in enumerate(customers, start=1):
        site = distributing.create_account(
            env,
            {
                "code": f"S{number:02}",
                "name": party.name,
                "plan_id": sites.id,
                "plan": sites,
                "party_id": party.id,
            },
        )
        own.append(distributing.own(env, site).id)
    pairs = (("SALES", _("Sales department"), "60"), ("WORKS", _("Workshop"), "40"))
    shares = []
    for code, name, percent in pairs:
        account = distributing.create_account(
            env, {"code": code, "name": str(name), "plan_id": departments.id, "plan": departments}
        )
        shares.append(
            env[DistributionShare](account=account, account_id=account.id, percent=Decimal(percent))
        )
    shared = distributing.create_distribution(
        env, {"name": str(_("Sales 60 %, workshop 40 %")), "shares": shares}
    )
    return own, shared.id


def budget(env: Env) -> None:
    """What the fiscal year is meant to earn and to cost, confirmed."""
    model = env[BudgetLine]
    lines = [
        model(side=BudgetSide.REVENUE, account_id=ledgers.account_id(env, "sales"), amount=Decimal(30000)),
        model(side=BudgetSide.COST, account_id=ledgers.account_id(env, "purchases"), amount=Decimal(9000)),
    ]
    budgets.confirm(env, budgets.create(env, {"lines": lines}))
