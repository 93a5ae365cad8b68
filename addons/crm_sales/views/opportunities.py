"""The pipeline: board, list, form and calendar of opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import ActivityKind, Party, PartyKind
from addons.base.services import activities
from addons.crm_sales.models import LostReason, Opportunity, OpportunityState, Pipeline, Stage
from addons.crm_sales.services import opportunities
from core.api import (
    Action,
    Ask,
    Calendar,
    Chart,
    Column,
    Drop,
    Field,
    Form,
    FormExtension,
    Kanban,
    List,
    Preset,
    Section,
    Smart,
    Tab,
    _,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from addons.base.models import Activity
    from core.api import Env


def lanes(env: Env) -> Sequence[Stage]:
    """The stages of the first pipeline in use."""
    stage, pipeline = env[Stage], env[Pipeline]
    first = (
        select(pipeline.id)
        .where(pipeline.active, pipeline.company_id == env.company_id)
        .order_by(pipeline.position, pipeline.id)
        .limit(1)
        .scalar_subquery()
    )
    return env.session.scalars(select(stage).where(stage.pipeline_id == first).order_by(stage.position)).all()


def on_board(env: Env, model: Any) -> ColumnElement[bool]:
    """Open opportunities stand on the board."""
    return model.state == OpportunityState.OPEN  # type: ignore[no-any-return]  # composed class


def people_of(env: Env, opportunity: Opportunity, model: Any) -> ColumnElement[bool]:
    """The customer's own people, or anybody before a customer is chosen."""
    criterion: ColumnElement[bool] = (model.kind == PartyKind.PERSON) & model.active
    return criterion & (model.parent_id == opportunity.party_id) if opportunity.party_id else criterion


def stages_of(env: Env, opportunity: Opportunity, model: Any) -> ColumnElement[bool]:
    """The stages of its pipeline."""
    return model.pipeline_id == opportunity.pipeline_id  # type: ignore[no-any-return]  # composed class


def plan_next_step(
    env: Env, opportunity: Opportunity, summary: str, due_on: date, kind: str = ActivityKind.TASK
) -> Activity:
    """Promise the next step to oneself."""
    return activities.plan(
        env, opportunity, summary, due_on, kind=ActivityKind(kind), party=opportunity.party
    )


def finish_next_step(env: Env, opportunity: Opportunity, outcome: str = "") -> None:
    """The next step is done."""
    if opportunity.next_activity is not None:
        activities.complete(env, opportunity.next_activity, outcome)


def lose(
    env: Env, opportunity: Opportunity, reason: LostReason, note: str = "", competitor: str = ""
) -> None:
    """Lost, with its reason."""
    opportunities.lose(env, opportunity, reason, note or "", competitor or "")


def new_quote(env: Env, opportunity: Opportunity) -> str:
    """Open a new quote for this opportunity."""
    return f"/app/crm_sales/quote/new?set.opportunity={opportunity.id}&set.party={opportunity.party_id}"


def quote_for(env: Env, party: Party) -> str:
    """Open a new quote for this contact."""
    return f"/app/crm_sales/quote/new?set.party={party.id}"


def opportunity_for(env: Env, party: Party) -> str:
    """Open a new opportunity with this contact."""
    return f"/app/crm_sales/opportunity/new?set.party={party.id}"


def is_open(opportunity: Opportunity) -> bool:
    """Closed is final."""
    return opportunity.is_open


OPPORTUNITY_VIEWS = (
    Kanban(
        Opportunity,
        group_by="stage",
        card=("title", "party", "expected", "next_activity", "owner"),
        sums=("expected",),
        weight="probability",
        lanes=lanes,
        move=opportunities.move,
        quick=("title", "party", "expected"),
        drops=(
            Drop(
                "lose",
                _("Lost…"),
                hint=_("Drop here if lost: a reason is asked"),
                tone="bad",
                icon="thumb-down",
                key="L",
            ),
            Drop("win", _("Won"), hint=_("Drop here if won"), tone="ok", icon="trophy", key="W"),
        ),
        where=on_board,
        default=True,
    ),
    List(
        Opportunity,
        columns=(
            "title",
            "party",
            "stage",
            Column("expected", sum=True),
            "probability",
            Column("weighted", sum=True),
            "close_on",
            "next_activity",
            "owner",
            Column("team", hidden=True),
            Column("source", hidden=True),
            Column("competitor", hidden=True),
            Column("lost_reason", hidden=True),
        ),
        filters=("stage", "state", "owner", "team", "close_on"),
        default_sort="-created_at",
        presets=(
            Preset("open", _("Open opportunities"), filters=("state:open",), sort="close_on"),
            Preset("no_next_step", _("No next step"), filters=("state:open", "next_activity:none")),
            Preset("by_month", _("By month"), filters=("state:open",), group_by=("close_on:month",)),
            Preset("won", _("Won"), filters=("state:won",), sort="-closed_at"),
            Preset("lost", _("Lost"), filters=("state:lost",), sort="-closed_at", group_by=("lost_reason",)),
        ),
        empty=_("A possible sale, from the first contact until it is won or lost."),
    ),
    Calendar(Opportunity, start="close_on", title="title"),
    Form(
        Opportunity,
        title="title",
        subtitle=lambda opportunity: opportunity.party.name if opportunity.party else "",
        status="state",
        steps=("open", "won"),
        sections=(
            Section(
                "",
                (
                    "title",
                    "party",
                    Field("contact", options=people_of),
                    Field("stage", readonly=True, visible=lambda record: record.id is not None),
                    "source",
                ),
                (
                    "expected",
                    Field("currency", required=False),
                    Field("probability"),
                    "probability_pinned",
                    Field("weighted", readonly=True),
                    "close_on",
                ),
            ),
            Section(
                _("Who"),
                ("owner", "team"),
                (
                    Field("next_activity", readonly=True),
                    Field("pipeline", required=False, readonly=lambda r: r.id is not None),
                ),
            ),
            Section(
                _("Why it was lost"),
                (Field("lost_reason", readonly=True), Field("competitor")),
                (Field("lost_note", readonly=True),),
                visible=lambda opportunity: opportunity.state == OpportunityState.LOST,
            ),
        ),
        tabs=(Tab(_("What it is about"), Section("", ("description",)), name="description"),),
        actions=(
            Action(
                "move",
                opportunities.move,
                _("Change stage…"),
                icon="arrow-right",
                visible=is_open,
                ask=(Ask("stage", _("Stage"), kind="relation", model=Stage, options=stages_of),),
                done=_("Stage changed."),
            ),
            Action(
                "new_quote",
                new_quote,
                _("New quote"),
                icon="file-invoice",
                visible=is_open,
            ),
            Action(
                "plan",
                plan_next_step,
                _("Plan next step…"),
                icon="calendar-plus",
                visible=lambda record: record.is_open and record.next_activity_id is None,
                ask=(
                    Ask("summary", _("What")),
                    Ask("due_on", _("When"), kind="date", default=lambda env, record: env.today()),
                    Ask(
                        "kind",
                        _("Kind"),
                        kind="choice",
                        choices=tuple((kind.value, kind.label) for kind in ActivityKind),
                        default=lambda env, record: ActivityKind.CALL.value,
                    ),
                ),
                done=_("Next step planned."),
            ),
            Action(
                "finish",
                finish_next_step,
                _("Next step done…"),
                icon="check",
                visible=lambda record: record.is_open and record.next_activity_id is not None,
                ask=(Ask("outcome", _("Outcome"), kind="long", required=False),),
                done=_("Step done. Plan the next one."),
            ),
            Action(
                "win",
                opportunities.win,
                _("Mark as won"),
                icon="trophy",
                primary=True,
                visible=is_open,
                done=_("Opportunity won."),
            ),
            Action(
                "lose",
                lose,
                _("Mark as lost…"),
                icon="thumb-down",
                visible=is_open,
                ask=(
                    Ask("reason", _("Reason"), kind="relation", model=LostReason),
                    Ask("competitor", _("Competitor"), required=False),
                    Ask("note", _("Note"), kind="long", required=False),
                ),
                done=_("Opportunity lost."),
                menu=True,
            ),
        ),
        smart=(
            Smart("quotes", _("Quotes"), icon="file-invoice", target="crm_sales.quote", via="opportunity"),
            Smart("orders", _("Sales orders"), icon="receipt", target="crm_sales.order", via="opportunity"),
        ),
        create=opportunities.create,
        changed=opportunities.changed,
        readonly=lambda opportunity: opportunity.id is not None and not opportunity.is_open,
        deletable=is_open,
    ),
    Chart(
        Opportunity,
        "forecast",
        _("Weighted forecast by month"),
        by="close_on",
        measure="weighted",
        where=on_board,
    ),
    Chart(
        Opportunity,
        "by_state",
        _("Expected by closing month"),
        by="close_on",
        measure="expected",
        series="state",
    ),
    Chart(
        Opportunity,
        "by_owner",
        _("Open opportunities by owner"),
        by="owner",
        measure="expected",
        where=on_board,
    ),
    Chart(
        Opportunity,
        "lost",
        _("Lost, by reason"),
        by="lost_reason",
        where=lambda env, model: model.state == OpportunityState.LOST,
        on="closed_at",
    ),
    Chart(
        Opportunity,
        "funnel",
        _("Open opportunities by stage"),
        by="stage",
        measure="expected",
        where=on_board,
    ),
)

PARTY_ACTIONS = FormExtension(
    Party,
    actions=(
        Action(
            "new_quote",
            quote_for,
            _("New quote"),
            icon="plus",
            primary=True,
            visible=lambda party: party.active,
            role="crm_sales.user",
        ),
        Action(
            "new_opportunity",
            opportunity_for,
            _("New opportunity"),
            icon="target",
            visible=lambda party: party.active,
            role="crm_sales.user",
        ),
    ),
    smart=(
        Smart(
            "opportunities", _("Opportunities"), icon="target", target="crm_sales.opportunity", via="party"
        ),
        Smart("quotes", _("Quotes"), icon="file-invoice", target="crm_sales.quote", via="party"),
        Smart("orders", _("Sales orders"), icon="receipt", target="crm_sales.order", via="party"),
    ),
)
