"""Reports: what a catch-up found and did, and what a drift check compared."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Choice, CompanyOwned, Model, User, _, about, choice, link, never_open, open_in, reference


class RunState(Choice):
    """A catch-up is a job: it waits for a worker, runs and leaves its report."""

    WAITING = "waiting", _("Waiting"), "warn"
    DONE = "done", _("Done"), "ok"
    FAILED = "failed", _("Failed"), "bad"


class CatchUp(CompanyOwned, Model, name="catch_up", versioned=False):
    """Running it again links nothing twice: what was linked counts as already there."""

    __open_when__ = open_in("state", RunState.WAITING)
    __label__ = _("Catch-up")
    __labels__ = _("Catch-ups")
    __display__ = "at"

    state: Mapped[RunState] = choice(RunState, default=RunState.WAITING, info=about(_("Status")))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    user_id: Mapped[int | None] = reference("core.user", nullable=True)
    user: Mapped[User | None] = link("core.user")
    found: Mapped[int] = mapped_column(Integer, default=0)
    linked: Mapped[int] = mapped_column(Integer, default=0)
    already: Mapped[int] = mapped_column(Integer, default=0, info=about(_("Already linked")))
    refused: Mapped[int] = mapped_column(Integer, default=0, info=about(_("To review")))
    customers: Mapped[int] = mapped_column(Integer, default=0, info=about(_("Customers brought up to date")))
    report: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, info=about(internal=True))
    """One row per order to review: its id, its number, and the sentence that says why."""


class DriftCheck(CompanyOwned, Model, name="drift_check", versioned=False):
    """Derived facts of both sides, compared with a recomputation."""

    __open_when__ = never_open
    __label__ = _("Drift check")
    __labels__ = _("Drift checks")
    __display__ = "at"

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    user_id: Mapped[int | None] = reference("core.user", nullable=True)
    user: Mapped[User | None] = link("core.user")
    compared: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, info=about(internal=True))
    """How many customers, orders and progress figures were compared."""
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, info=about(internal=True))
    """One row per difference: kind, record, what each side says, and where to look."""
