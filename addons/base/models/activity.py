"""What somebody has promised to do, and by when."""

from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.message import name_of_record
from addons.base.models.party import Party
from core.api import Choice, CompanyOwned, Env, Model, User, _, about, choice, link, reference


class ActivityKind(Choice):
    TASK = "task", _("Task")
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("E-mail")
    VISIT = "visit", _("Visit")


class Activity(
    CompanyOwned,
    Model,
    name="activity",
    follows=("model", "record_id"),
    mine=("assignee_id",),
    fixed=("record_name", "party_id"),
):
    """Open until it is done; done is final, plan a new one for the next step."""

    __label__ = _("Activity")
    __labels__ = _("Activities")
    __display__ = "summary"
    __searchable__ = ("summary",)

    model: Mapped[str] = mapped_column(String(80), info=about(internal=True))
    record_id: Mapped[int] = mapped_column(BigInteger, info=about(internal=True))
    record_name: Mapped[str] = mapped_column(
        String(200), default="", server_default="", info=about(_("About"))
    )
    party_id: Mapped[int | None] = reference("base.party", nullable=True, ondelete="CASCADE")
    party: Mapped[Party | None] = link("base.party", key="party_id")
    kind: Mapped[ActivityKind] = choice(ActivityKind, default=ActivityKind.TASK)
    summary: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date, info=about(_("Due date")))
    assignee_id: Mapped[int] = reference("core.user")
    assignee: Mapped[User] = link("core.user", key="assignee_id")
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Done")))
    outcome: Mapped[str | None] = mapped_column(Text)

    __constraints__ = (
        CheckConstraint("summary <> ''", name="summary_not_empty"),
        Index("of_record", "model", "record_id"),
        Index("mine", "assignee_id", "due_on", postgresql_where=text("done_at IS NULL")),
    )

    def before_save(self, env: Env) -> None:
        """By hand too, it says what its record is called."""
        super().before_save(env)
        if not self.record_name and self.record_id:
            self.record_name = name_of_record(env, self.model, self.record_id)

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def tone(self) -> str:
        """How urgent it is, as the dot beside it says: late, today (in UTC), planned."""
        days = (self.due_on - datetime.now(UTC).date()).days
        return "bad" if days < 0 else "warn" if days == 0 else "ok"
