"""Budgets on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import AMOUNTS, Budget, BudgetLine, BudgetSide, BudgetState
from addons.erp_accounting.services import budgets
from core.api import ZERO, Action, Column, Field, Form, Lines, List, Preset, Section, Smart, Tab, Total, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

ACCOUNTANT = "erp_accounting.accountant"


def _totals(env: Env, budget: Any) -> Sequence[Total]:
    if not env.access.shows(AMOUNTS):
        return []
    sums = {
        side: sum((line.amount or ZERO for line in budget.lines if line.side is side), ZERO)
        for side in BudgetSide
    }
    return [
        Total(_("Revenue"), sums[BudgetSide.REVENUE]),
        Total(_("Cost"), sums[BudgetSide.COST]),
        Total(_("Result"), sums[BudgetSide.REVENUE] - sums[BudgetSide.COST], final=True),
    ]


BUDGETS = (
    List(
        Budget,
        columns=("name", "start", "end", "state"),
        filters=("state", "start"),
        default_sort="-start",
        presets=(
            Preset("running", _("Running"), ("state:draft,confirmed",)),
            Preset("all", _("All")),
        ),
        empty=_("A budget says what a year is meant to earn and to cost, account by account."),
    ),
    Form(
        Budget,
        title="name",
        status="state",
        steps=("draft", "confirmed", "done"),
        create=budgets.create,
        sections=(Section("", ("name",), (Field("start", required=False), Field("end", required=False))),),
        tabs=(
            Tab(
                _("Lines"),
                Lines(
                    "lines",
                    ("account", "codes", "analytic", "side", "month", "amount"),
                    picker="account",
                    picked=budgets.begin_line,
                    totals=_totals,
                ),
                name="lines",
            ),
        ),
        actions=(
            Action(
                "confirm",
                service=budgets.confirm,
                label=_("Confirm"),
                icon="check",
                primary=True,
                role=ACCOUNTANT,
                visible=lambda budget: bool(budget.id and budget.is_draft),
                done=_("Budget confirmed."),
            ),
            Action(
                "spread",
                service=budgets.spread_lines,
                label=_("Spread over the months"),
                icon="calendar",
                role=ACCOUNTANT,
                visible=lambda budget: bool(budget.id and budget.is_draft),
                done=_("Each month has a line of its own."),
            ),
            Action(
                "close",
                service=budgets.close,
                label=_("Done"),
                icon="check",
                role=ACCOUNTANT,
                visible=lambda budget: budget.state is BudgetState.CONFIRMED,
            ),
            Action(
                "reopen",
                service=budgets.reopen,
                label=_("Back to draft"),
                icon="arrow-back-up",
                menu=True,
                role=ACCOUNTANT,
                visible=lambda budget: bool(budget.id) and not budget.is_draft,
            ),
        ),
        smart=(
            Smart(
                "actual",
                _("Budget and actual"),
                icon="chart-bar",
                url=lambda _env, budget: f"/accounting/budget?budget={budget.id}",
            ),
        ),
    ),
    List(
        BudgetLine,
        columns=(
            "budget",
            "side",
            "account",
            "codes",
            "analytic",
            "month",
            Column("amount", sum=True),
        ),
        filters=("budget", "account", "analytic", "month"),
        default_sort="budget",
        create=False,
    ),
)
