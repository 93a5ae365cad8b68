"""A possible sale, from first contact to won or lost."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Activity, Party
from addons.crm_sales.models.pipeline import LostReason, Pipeline, Stage
from addons.crm_sales.models.team import Team
from core.api import (
    HUNDRED,
    ZERO,
    Choice,
    CompanyOwned,
    Env,
    Model,
    Money,
    Rate,
    User,
    _,
    about,
    choice,
    link,
    open_in,
    reference,
    round_money,
)


class OpportunityState(Choice):
    OPEN = "open", _("Open"), "accent"
    WON = "won", _("Won"), "ok"
    LOST = "lost", _("Lost"), "bad"


class Opportunity(CompanyOwned, Model, name="opportunity"):
    """Won or lost is final: reopen by creating a new opportunity.

    An open opportunity has at most one next activity. Its weighted amount is expected x probability x
    stored rate,
    and zero once it is closed (crm.md, definition 2).
    """

    __open_when__ = open_in("state", OpportunityState.OPEN)
    __label__ = _("Opportunity")
    __labels__ = _("Opportunities")
    __display__ = "title"
    __searchable__ = ("title",)

    title: Mapped[str] = mapped_column(String(200), info=about(track=True))
    party_id: Mapped[int] = reference("base.party", info=about(_("Customer"), track=True))
    party: Mapped[Party] = link("base.party", key="party_id")
    contact_id: Mapped[int | None] = reference("base.party", nullable=True)
    contact: Mapped[Party | None] = link("base.party", key="contact_id")
    pipeline_id: Mapped[int] = reference("crm_sales.pipeline")
    pipeline: Mapped[Pipeline] = link("crm_sales.pipeline")
    stage_id: Mapped[int] = reference("crm_sales.stage", info=about(track=True))
    stage: Mapped[Stage] = link("crm_sales.stage")
    state: Mapped[OpportunityState] = choice(OpportunityState, default=OpportunityState.OPEN)
    expected: Mapped[Decimal] = mapped_column(
        Money,
        default=ZERO,
        server_default=text("0"),
        info=about(_("Expected amount"), help=_("Before tax."), track=True),
    )
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(
        Rate, default=Decimal(1), server_default=text("1"), info=about(_("Exchange rate"))
    )
    probability: Mapped[Decimal] = mapped_column(
        Numeric(5, 2),
        default=ZERO,
        server_default=text("0"),
        info=about(_("Probability in percent"), track=True),
    )
    probability_pinned: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=text("false"), info=about(_("Keep my probability"))
    )
    weighted: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default=text("0"), info=about(_("Weighted amount"))
    )
    close_on: Mapped[date | None] = mapped_column(Date, info=about(_("Expected closing"), track=True))
    owner_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(track=True))
    owner: Mapped[User | None] = link("core.user", key="owner_id")
    team_id: Mapped[int | None] = reference("crm_sales.team", nullable=True)
    team: Mapped[Team | None] = link("crm_sales.team")
    source: Mapped[str | None] = mapped_column(
        String(120), info=about(help=_("Where it came from: fair, web site…"))
    )
    description: Mapped[str | None] = mapped_column(Text, info=about(_("What it is about")))
    next_activity_id: Mapped[int | None] = reference(
        "base.activity", nullable=True, ondelete="SET NULL", index=False
    )
    next_activity: Mapped[Activity | None] = link("base.activity", key="next_activity_id")
    lost_reason_id: Mapped[int | None] = reference("crm_sales.lost_reason", nullable=True)
    lost_reason: Mapped[LostReason | None] = link("crm_sales.lost_reason")
    lost_note: Mapped[str | None] = mapped_column(Text)
    competitor: Mapped[str | None] = mapped_column(String(120))
    stage_since: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("In this stage since"))
    )
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Closed")))

    __constraints__ = (
        CheckConstraint("title <> ''", name="title_not_empty"),
        CheckConstraint("expected >= 0", name="expected_not_negative"),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability_range"),
        CheckConstraint("rate > 0", name="rate_positive"),
        CheckConstraint("state <> 'lost' OR lost_reason_id IS NOT NULL", name="lost_has_a_reason"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_a_date"),
        UniqueConstraint("next_activity_id", name="one_next_activity"),
        Index("open_by_stage", "company_id", "stage_id", postgresql_where=text("state = 'open'")),
    )

    def before_save(self, env: Env) -> None:
        """Keep the weighted amount in step (crm.md, definition 2)."""
        super().before_save(env)
        if self.state in (None, OpportunityState.OPEN):
            exact = (self.expected or ZERO) * (self.rate or 1) * (self.probability or ZERO) / HUNDRED
            self.weighted = round_money(exact, env.company.currency)
        else:
            self.weighted = ZERO

    @property
    def is_open(self) -> bool:
        return self.state == OpportunityState.OPEN


class StageChange(CompanyOwned, Model, name="stage_change", versioned=False):
    """One move of an opportunity, kept for the funnel and the length of the cycle."""

    __label__ = _("Stage change")
    __labels__ = _("Stage changes")
    __display__ = "id"

    opportunity_id: Mapped[int] = reference("crm_sales.opportunity", ondelete="CASCADE")
    opportunity: Mapped[Opportunity] = link("crm_sales.opportunity")
    from_stage_id: Mapped[int | None] = reference(
        "crm_sales.stage", nullable=True, ondelete="SET NULL", index=False
    )
    from_stage: Mapped[Stage | None] = link("crm_sales.stage", key="from_stage_id")
    to_stage_id: Mapped[int | None] = reference(
        "crm_sales.stage", nullable=True, ondelete="SET NULL", index=False
    )
    to_stage: Mapped[Stage | None] = link("crm_sales.stage", key="to_stage_id")
    to_state: Mapped[OpportunityState] = choice(OpportunityState, default=OpportunityState.OPEN)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=about(_("When")))
    seconds: Mapped[int | None] = mapped_column(info=about(help=_("How long it was in the stage it left.")))
    user_id: Mapped[int | None] = reference("core.user", nullable=True, index=False)
    user: Mapped[User | None] = link("core.user", key="user_id")
