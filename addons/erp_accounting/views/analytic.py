"""Analytic plans, accounts, distributions, rules and lines on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.erp_accounting.models import (
    AnalyticAccount,
    AnalyticAllocation,
    AnalyticLine,
    AnalyticPlan,
    AnalyticRule,
    Distribution,
    EntryLine,
)
from addons.erp_accounting.services import analytic, distributing
from core.api import Action, Ask, Column, Field, Form, Lines, List, Preset, Section, Smart, Tab, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env

ACCOUNTANT = "erp_accounting.accountant"


def are_used(env: Env) -> bool:
    """Whether the company has distributions at all: without them, lines have no such column."""
    found = env[Distribution]
    mine = select(found.id).where(found.company_id == env.company_id).limit(1)
    return env.session.scalar(mine) is not None


def offered(env: Env, _record: Any, distribution: type[Any]) -> ColumnElement[bool]:
    """The distributions of the company at work that are in use."""
    mine: ColumnElement[bool] = distribution.company_id == env.company_id
    in_use: ColumnElement[bool] = distribution.active
    return mine & in_use


def _report_url(_env: Env, account: Any) -> str:
    return f"/accounting/analytic-accounts?account={account.id}"


ANALYTIC = (
    List(
        AnalyticPlan,
        columns=("name", "position", "active"),
        filters=("active",),
        default_sort="position",
        empty=_("A plan is one way to look at income and costs: departments, projects, sites."),
    ),
    Form(
        AnalyticPlan,
        title="name",
        sections=(Section("", ("name",), ("position", "active")),),
        smart=(
            Smart(
                "accounts",
                _("Accounts"),
                icon="list-details",
                target="erp_accounting.analytic_account",
                via="plan",
            ),
        ),
    ),
    List(
        AnalyticAccount,
        columns=("code", "name", "plan", "party", "active"),
        filters=("plan", "party", "active"),
        default_sort="code",
        presets=(
            Preset("active", _("Active"), ("active:yes",)),
            Preset("all", _("All")),
        ),
        empty=_("An analytic account is what amounts are collected for: a department, a project, a site."),
    ),
    Form(
        AnalyticAccount,
        title="title",
        create=distributing.create_account,
        changed=distributing.follow,
        sections=(Section("", ("code", "name", "plan"), (Field("party", required=False), "active")),),
        smart=(
            Smart(
                "lines",
                _("Analytic lines"),
                icon="list-details",
                target="erp_accounting.analytic_line",
                via="account",
            ),
            Smart("result", _("Result"), icon="chart-bar", url=_report_url),
        ),
    ),
    List(
        Distribution,
        columns=("name", Column("account", hidden=True), "active"),
        filters=("active", "account"),
        default_sort="name",
        presets=(
            Preset("several", _("Over several accounts"), ("account:none", "active:yes")),
            Preset("all", _("All")),
        ),
        empty=_("Divide an amount over several accounts here; a single account needs no distribution."),
    ),
    Form(
        Distribution,
        title="name",
        create=distributing.create_distribution,
        sections=(
            Section(
                "",
                ("name",),
                (
                    Field("account", readonly=True, visible=lambda one: one.account_id is not None),
                    "active",
                ),
            ),
        ),
        tabs=(
            Tab(
                _("Shares"),
                Lines(
                    "shares",
                    ("account", Field("plan_name", label=_("Plan"), readonly=True), "percent"),
                    picker="account",
                    picked=distributing.begin_share,
                    readonly=lambda one: one.account_id is not None,
                ),
                name="shares",
            ),
        ),
    ),
    List(
        AnalyticRule,
        columns=("product", "party", "category", "account", "distribution", "rank", "active"),
        filters=("product", "party", "category", "account", "distribution", "active"),
        default_sort="-rank",
        empty=_("A rule fills in the analytic account of new lines: for a product, a contact, an account."),
    ),
    Form(
        AnalyticRule,
        title="title",
        sections=(
            Section(
                _("Where all of these fit"),
                (Field("product", required=False), Field("category", required=False)),
                (Field("party", required=False), Field("account", required=False)),
            ),
            Section(
                _("Then"), (Field("distribution", options=offered),), (Field("rank", readonly=True), "active")
            ),
        ),
    ),
    List(
        AnalyticLine,
        columns=(
            "date",
            "account",
            "general",
            "entry_line.entry",
            "entry_line.party",
            Column("entry_line.label", hidden=True),
            Column("plan", hidden=True),
            Column("allocation", hidden=True),
            Column("amount", sum=True),
        ),
        filters=("account", "general", "plan", "date"),
        default_sort="-date",
        create=False,
        empty=_("Posting a line with an analytic account writes its analytic lines."),
    ),
    Form(
        AnalyticLine,
        title=lambda line: line.account.title if line.account else "",
        readonly=True,
        deletable=False,
        sections=(
            Section("", ("date", "entry_line", "general"), ("account", "plan", "amount", "allocation")),
        ),
    ),
    List(
        AnalyticAllocation,
        columns=("date", "user", "entry_line.entry", "entry_line.account", "before", "after", "reason"),
        filters=("date", "user"),
        default_sort="-date",
        create=False,
        empty=_("Re-allocate a posted entry line from its page."),
    ),
    Form(
        AnalyticAllocation,
        title="reason",
        readonly=True,
        deletable=False,
        sections=(Section("", ("date", "user", "entry_line"), ("before", "after", "reason")),),
    ),
    Form(
        EntryLine,
        title=lambda line: line.label or (line.account.title if line.account else ""),
        subtitle=lambda line: line.entry.title if line.entry else "",
        readonly=True,
        deletable=False,
        sections=(
            Section(
                "",
                ("entry", "date", "account", "party", "label"),
                ("debit", "credit", "due_date", Field("distribution", label=_("Posted with"))),
            ),
        ),
        actions=(
            Action(
                "reallocate",
                service=analytic.reallocate,
                label=_("Re-allocate…"),
                icon="arrows-split-2",
                role=ACCOUNTANT,
                bulk=True,
                visible=lambda line: bool(line.entry and line.entry.is_posted),
                explain=_("The ledger stays as it is; who moved what to where is kept."),
                ask=(
                    Ask(
                        "distribution",
                        _("New distribution"),
                        "relation",
                        model=Distribution,
                        options=offered,
                        required=False,
                        help=_("Empty: to no analytic account."),
                    ),
                    Ask("reason", _("Reason")),
                ),
                done=_("Re-allocated."),
            ),
        ),
        smart=(
            Smart(
                "analytic",
                _("Analytic lines"),
                icon="list-details",
                target="erp_accounting.analytic_line",
                via="entry_line",
            ),
            Smart(
                "allocations",
                _("Re-allocations"),
                icon="history",
                target="erp_accounting.analytic_allocation",
                via="entry_line",
            ),
        ),
    ),
)
