"""How sample_shop shows its models."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core.api import (
    Action,
    Ask,
    Calendar,
    Chart,
    Column,
    Dashboard,
    Drop,
    Field,
    Form,
    Kanban,
    Kpi,
    Lines,
    List,
    ListPanel,
    Menu,
    Preset,
    Section,
    Smart,
    Tab,
    Total,
    _,
)
from sample_shop import services
from sample_shop.models import Customer, Deal, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Period


def is_closed(deal: Deal) -> bool:
    """Whether nothing can change any more."""
    return deal.stage in {Stage.WON, Stage.LOST}


def totals(env: Env, deal: Deal) -> Sequence[Total]:
    """The figures under the lines."""
    net = sum((line.amount or Decimal(0) for line in deal.lines), Decimal(0))
    return [Total(_("Before tax"), net), Total(_("Total"), net * Decimal("1.2"), final=True)]


def won_in(env: Env, period: Period) -> Decimal:
    """Sum of the deals won in a period."""
    deal = env[Deal]
    statement = select(func.coalesce(func.sum(deal.expected), 0)).where(
        deal.stage == Stage.WON, deal.close_date.between(period.start, period.end)
    )
    return Decimal(env.session.scalar(statement) or 0)


WIN = Action(
    "win",
    services.win,
    _("Mark as won"),
    primary=True,
    visible=lambda d: not is_closed(d),
    done=_("Deal won."),
    bulk=True,
)
LOSE = Action(
    "lose",
    services.lose,
    _("Mark as lost…"),
    visible=lambda d: not is_closed(d),
    ask=(Ask("reason", _("Reason")),),
)

VIEWS: Any = (
    List(Customer, columns=("name", "email", "credit", "active"), default_sort="name"),
    Form(
        Customer,
        title="name",
        sections=(Section("", ("name", "email"), ("credit", "active")),),
        smart=(Smart("deals", _("Deals"), "target", target="sample_shop.deal", via="customer"),),
    ),
    List(
        Deal,
        columns=(
            "title", "customer", "close_date", "stage", "urgent", Column("weighted", kind="money"),
            Column("expected", sum=True), Column("called_at", hidden=True), Column("margin", hidden=True),
            Column("tags", hidden=True),
        ),
        filters=("stage", "customer", "close_date", "urgent"),
        default_sort="-close_date",
        presets=(
            Preset("open", _("Open deals"), filters=("stage:new,quoted",)),
            Preset("by_customer", _("By customer"), group_by=("customer",)),
        ),
        actions=(WIN,),
    ),
    Form(
        Deal,
        title="title",
        subtitle="customer",
        status="stage",
        steps=("new", "quoted", "won"),
        sections=(
            Section(
                "",
                ("title", "customer", "tags", Field("notes", placeholder=_("What do they need?"))),
                ("expected", "currency", "probability", "close_date", "called_at", "urgent", "margin"),
            ),
        ),
        tabs=(
            Tab(
                _("Lines"),
                Lines(
                    "lines", ("customer", "description", "quantity", "price", Field("amount", readonly=True)),
                    changed=services.price_line, totals=totals,
                ),
            ),
            Tab(_("Terms"), Section("", ("currency",))),
        ),
        actions=(WIN, LOSE),
        readonly=is_closed,
    ),
    Kanban(
        Deal,
        group_by="stage",
        card=("title", "customer", "expected", "close_date"),
        sums=("expected",),
        weight="probability",
        lanes=lambda env: [Stage.NEW, Stage.QUOTED],
        quick=("title", "customer"),
        drops=(
            Drop("lose", _("Lost…"), _("Drop here if lost: a reason is asked"), "bad", "thumb-down", "L"),
            Drop("win", _("Won"), _("Drop here if won"), "ok", "trophy", "W"),
        ),
    ),
    Calendar(Deal, start="close_date", title="title"),
    Chart(Deal, "by_month", _("Expected by month"), by="close_date", measure="expected"),
    Dashboard(
        "shop",
        _("Shop dashboard"),
        kpis=(Kpi("won", _("Won"), won_in),),
        charts=(Chart(Deal, "by_stage", _("Deals by stage"), by="stage", on="close_date"),),
        lists=(ListPanel(Deal, _("Urgent"), ("title", "customer", "expected"), filters=("urgent:yes",)),),
    ),
)  # fmt: skip

MENUS = (
    Menu(_("Deals"), "sample_shop.deal", "target", "crm", 10),
    Menu(_("Customers"), "sample_shop.customer", "users", "crm", 20),
    Menu(_("Shop dashboard"), "sample_shop/dashboard/shop", "chart-bar", "", 5),
)
