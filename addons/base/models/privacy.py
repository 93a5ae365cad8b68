"""What becomes of personal data: who was anonymised, and what is forgotten after how long."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Index,
    Integer,
    String,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.party import Party
from core.api import Choice, Env, Model, RuleBroken, User, _, about, choice, link, reference

PERSONAL = (
    "name",
    "email",
    "phone",
    "website",
    "job_title",
    "industry",
    "vat_number",
    "registration_number",
    "locale",
    "parent_id",
    "external_ref",
    "note",
)
"""The fields of a person that say who it is."""


class Anonymised(RuleBroken):
    """Final: there is nothing left to correct."""

    def __init__(self, party: Party) -> None:
        super().__init__(
            _("{name} was anonymised.", name=party.name),
            hint=_("Create a new contact if you deal with this person again."),
        )


class AnonymisedParty(Party, extends=True):
    """An anonymised person keeps a number and the documents that the law keeps, and nothing else."""

    anonymised_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Anonymised"))
    )

    def before_save(self, env: Env) -> None:
        """Nobody gives an anonymised person a name again, except the platform that takes it away."""
        super().before_save(env)
        state = inspect(self)
        if self.anonymised_at is None or env.reason or state.attrs["anonymised_at"].history.has_changes():
            return
        if any(state.attrs[name].history.has_changes() for name in PERSONAL):
            raise Anonymised(self)

    def locked_fields(self, env: Env) -> Mapping[str, str]:
        """Nothing says who it was, and nobody writes it again."""
        found = super().locked_fields(env)
        return dict.fromkeys(PERSONAL, _("Anonymised.")) if self.anonymised_at else found


class RetentionRule(Model, name="retention_rule"):
    """After so many months without anything happening, forget. Nothing is forgotten without a rule."""

    __label__ = _("Retention rule")
    __labels__ = _("Retention rules")
    __display__ = "subject"

    subject: Mapped[str] = mapped_column(String(80), info=about(help=_("What is forgotten.")))
    months: Mapped[int] = mapped_column(Integer, info=about(_("Months without activity")))

    __constraints__ = (
        UniqueConstraint("subject", name="subject_once"),
        CheckConstraint("months BETWEEN 1 AND 600", name="months_sensible"),
    )


class RunState(Choice):
    RUNNING = "running", _("Running"), "accent"
    DONE = "done", _("Done"), "ok"
    STOPPED = "stopped", _("Stopped"), "warn"


class RetentionRun(Model, name="retention_run"):
    """One application of a rule, in pieces: each is a transaction, so that it goes on where it stopped."""

    __label__ = _("Retention run")
    __labels__ = _("Retention runs")
    __display__ = "subject"

    subject: Mapped[str] = mapped_column(String(80))
    before: Mapped[date] = mapped_column(Date, info=about(_("Nothing since")))
    state: Mapped[RunState] = choice(RunState, default=RunState.RUNNING)
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    """Looked at so far: forgotten and refused."""
    last_id: Mapped[int] = mapped_column(BigInteger, default=0, info=about(internal=True))
    by_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Started by")))
    by: Mapped[User | None] = link("core.user", key="by_id")
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refusals: Mapped[list["RetentionRefusal"]] = link(
        "base.retention_refusal", back="run", many=True, order_by="id", owned=True
    )

    __constraints__ = (
        CheckConstraint("done <= total", name="done_at_most_all"),
        Index("newest", "started_at"),
    )

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 if not self.total else self.done * 100 // self.total


class RetentionRefusal(Model, name="retention_refusal", versioned=False):
    """One that could not be forgotten yet, and why."""

    __label__ = _("Kept by a retention run")
    __labels__ = _("Kept by retention runs")
    __display__ = "record_id"
    __audited__ = False  # a result log; the run itself is audited

    run_id: Mapped[int] = reference("base.retention_run", ondelete="CASCADE")
    run: Mapped[RetentionRun] = link("base.retention_run", back="refusals")
    record_id: Mapped[int] = mapped_column(BigInteger)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info=about(internal=True))
    """The sentences with their values, to say them in the reader's language."""
