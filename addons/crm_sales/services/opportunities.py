"""Move an opportunity through its stages, to won or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.services import currencies, timeline
from addons.base.services.sentences import Amount
from addons.crm_sales.models import LostReason, Opportunity, OpportunityState, Pipeline, Stage, StageChange
from addons.crm_sales.services import ownership
from core.api import Invalid, RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from addons.base.models import Activity
    from core.api import Env


class AlreadyClosed(RuleBroken):
    """Won or lost is final."""

    def __init__(self, opportunity: Opportunity) -> None:
        super().__init__(
            _('"{title}" is already {state}.', title=opportunity.title, state=opportunity.state),
            hint=_("Create a new opportunity to sell to this customer again."),
        )


class NoPipeline(RuleBroken):
    """Opportunities go through stages."""

    def __init__(self) -> None:
        super().__init__(
            _("There is no pipeline with stages yet."), hint=_("Create one under Settings, Pipelines.")
        )


class OtherPipeline(RuleBroken):
    """A stage belongs to one pipeline."""

    def __init__(self, opportunity: Opportunity, stage: Stage) -> None:
        super().__init__(
            _(
                '"{stage}" is not a stage of the pipeline of "{title}".',
                stage=stage.name,
                title=opportunity.title,
            ),
            hint=_("Choose one of its own stages."),
        )


class OneNextStep(RuleBroken):
    """Exactly one next activity keeps everybody honest."""

    def __init__(self, opportunity: Opportunity) -> None:
        step = opportunity.next_activity
        super().__init__(
            _(
                '"{title}" already has a next step: {summary}, {day}.',
                title=opportunity.title,
                summary=step.summary if step else "",
                day=step.due_on if step else "",
            ),
            hint=_("Complete it or move it to another day first."),
        )


def create(env: Env, values: dict[str, Any]) -> Opportunity:
    """Open an opportunity in the first stage of its pipeline, for the user and the user's team unless said
    otherwise.
    """
    given = {name: value for name, value in values.items() if value is not None}
    stage = _first_stage(env, given)
    owner_id = (
        given.setdefault("owner_id", env.user.id or None) if "owner" not in given else given["owner"].id
    )
    currency = currencies.check(env, given.get("currency") or env.company.currency)
    defaults: dict[str, Any] = {
        "team_id": ownership.team_of(env, owner_id),
        "probability": stage.probability,
        "state": OpportunityState.OPEN,
    }
    if "team" in given:
        del defaults["team_id"]
    for name in ("stage", "pipeline"):
        given.pop(name, None)
    opportunity = env[Opportunity](
        **defaults
        | given
        | {
            "pipeline_id": stage.pipeline_id,
            "stage_id": stage.id,
            "currency": currency,
            "rate": currencies.rate_on(env, currency),
            "stage_since": env.now(),
        }
    )
    require(env, opportunity, stage)
    env.session.add(opportunity)
    env.session.flush()
    env.session.add(
        env[StageChange](
            opportunity_id=opportunity.id,
            to_stage_id=stage.id,
            to_state=OpportunityState.OPEN,
            at=env.now(),
            user_id=env.user.id or None,
        )
    )
    timeline.log(
        env, opportunity, _('Opportunity "{title}" opened', title=opportunity.title), party=opportunity.party
    )
    env.session.flush()
    return opportunity


def move(env: Env, opportunity: Opportunity, stage: Stage) -> None:
    """Enter a stage: its required fields must be there; its probability counts unless the user's is
    pinned.
    """
    if not opportunity.is_open:
        raise AlreadyClosed(opportunity)
    if stage.pipeline_id != opportunity.pipeline_id:
        raise OtherPipeline(opportunity, stage)
    if stage.id == opportunity.stage_id:
        return
    require(env, opportunity, stage)
    old = opportunity.stage
    _remember(env, opportunity, stage.id, OpportunityState.OPEN)
    opportunity.stage_id, opportunity.stage_since = stage.id, env.now()
    if not opportunity.probability_pinned:
        opportunity.probability = stage.probability
    env.session.flush()
    sentence = _('"{title}" moved from {old} to {new}', title=opportunity.title, old=old.name, new=stage.name)
    timeline.log(env, opportunity, sentence, party=opportunity.party)
    env.session.flush()


def win(env: Env, opportunity: Opportunity) -> None:
    """Close as won and tell the other enabled addons."""
    if not opportunity.is_open:
        raise AlreadyClosed(opportunity)
    _close(env, opportunity, OpportunityState.WON)
    amount = Amount(opportunity.expected, opportunity.currency)
    sentence = _('"{title}" won, {amount}', title=opportunity.title, amount=amount)
    timeline.log(env, opportunity, sentence, party=opportunity.party, tone="ok")
    env.hooks.opportunity_won(env=env, opportunity=opportunity)


def lose(
    env: Env, opportunity: Opportunity, reason: LostReason | int, note: str = "", competitor: str = ""
) -> None:
    """Close as lost; a reason is required, a competitor can be named."""
    if not opportunity.is_open:
        raise AlreadyClosed(opportunity)
    if not reason:
        raise Invalid(fields={"reason": _("Choose why it was lost.")})
    why = env.get(LostReason, reason) if isinstance(reason, int) else reason
    opportunity.lost_reason_id = why.id
    opportunity.lost_note = note.strip() or None
    opportunity.competitor = competitor.strip() or opportunity.competitor
    _close(env, opportunity, OpportunityState.LOST)
    sentence = _('"{title}" lost: {reason}', title=opportunity.title, reason=why.name)
    timeline.log(env, opportunity, sentence, party=opportunity.party, tone="bad")
    env.hooks.opportunity_lost(env=env, opportunity=opportunity)


def changed(env: Env, opportunity: Opportunity, names: Iterable[str]) -> None:
    """After a form changed fields: a new currency brings its rate, a new stage its rules."""
    if "currency" in names:
        opportunity.currency = currencies.check(env, opportunity.currency)
        opportunity.rate = currencies.rate_on(env, opportunity.currency)


def set_next_step(env: Env, opportunity: Opportunity, activity: Activity) -> None:
    """Make a planned activity the next step; refuse a second one."""
    if not opportunity.is_open:
        raise AlreadyClosed(opportunity)
    current = opportunity.next_activity
    if current is not None and current.is_open and current.id != activity.id:
        raise OneNextStep(opportunity)
    opportunity.next_activity_id = activity.id
    env.session.flush()
    env.session.expire(opportunity, ["next_activity"])


def clear_next_step(env: Env, activity: Activity) -> None:
    """An activity was closed: the opportunity it was the next step of has none any more."""
    model = env[Opportunity]
    opportunity = env.session.scalar(select(model).where(model.next_activity_id == activity.id))
    if opportunity is not None:
        opportunity.next_activity_id = None
        env.session.flush()
        env.session.expire(opportunity, ["next_activity"])


def require(env: Env, opportunity: Opportunity, stage: Stage) -> None:
    """Refuse to enter a stage without the fields it asks for, naming each."""
    missing = {name: _label(env, name) for name in stage.required if not _has(opportunity, name)}
    if missing:
        message = _("{stage} needs this.", stage=stage.name)
        raise Invalid(
            _('Fill in {fields} before "{stage}".', fields=", ".join(missing.values()), stage=stage.name),
            fields=dict.fromkeys(missing, message),
        )


def _has(opportunity: Opportunity, name: str) -> bool:
    value = getattr(opportunity, f"{name}_id", None) or getattr(opportunity, name, None)
    return value not in (None, "", 0)


def _label(env: Env, name: str) -> str:
    columns = env[Opportunity].__table__.columns  # type: ignore[attr-defined]  # a composed class is mapped
    column = columns.get(name, columns.get(f"{name}_id"))
    known = column.info.get("about") if column is not None else None
    return str(known.label) if known and known.label else name.replace("_", " ")


def _first_stage(env: Env, given: dict[str, Any]) -> Stage:
    stage, pipeline = env[Stage], env[Pipeline]
    wanted = given.get("stage_id") or (given["stage"].id if given.get("stage") else None)
    if wanted:
        return env.get(Stage, wanted)
    query = select(stage).join(pipeline, pipeline.id == stage.pipeline_id).where(pipeline.active)
    chosen = given.get("pipeline_id") or (given["pipeline"].id if given.get("pipeline") else None)
    if chosen:
        query = query.where(stage.pipeline_id == chosen)
    first = env.session.scalars(
        query.where(stage.company_id == env.company_id)
        .order_by(pipeline.position, pipeline.id, stage.position, stage.id)
        .limit(1)
    ).first()
    if first is None:
        raise NoPipeline
    return first


def _close(env: Env, opportunity: Opportunity, state: OpportunityState) -> None:
    _remember(env, opportunity, opportunity.stage_id, state)
    opportunity.state, opportunity.closed_at = state, env.now()
    opportunity.next_activity_id = None
    env.session.flush()
    env.session.expire(opportunity, ["next_activity"])


def _remember(env: Env, opportunity: Opportunity, stage_id: int, state: OpportunityState) -> None:
    since = opportunity.stage_since
    env.session.add(
        env[StageChange](
            opportunity_id=opportunity.id,
            from_stage_id=opportunity.stage_id,
            to_stage_id=stage_id,
            to_state=state,
            at=env.now(),
            seconds=int((env.now() - since).total_seconds()) if since else None,
            user_id=env.user.id or None,
        )
    )
