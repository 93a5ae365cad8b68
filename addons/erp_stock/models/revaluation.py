"""A change in the past that makes many later moves be valued anew, done in the background."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_stock.models import kept
from core.api import Choice, CompanyOwned, Model, _, about, choice, open_in


class RevaluationState(Choice):
    """Until it is done nothing has changed; refused, nothing ever did."""

    WAITING = "waiting", _("Waiting"), "warn"
    RUNNING = "running", _("Under way"), "accent"
    DONE = "done", _("Done"), "ok"
    REFUSED = "refused", _("Refused"), "bad"


class Revaluation(
    CompanyOwned, Model, name="revaluation", versioned=False, follows=("record_model", "record_id")
):
    """What somebody recorded for an earlier day, where too many moves follow to wait for.

    It happens as one transaction: everything is there at once, or nothing is.
    """

    __open_when__ = open_in("state", RevaluationState.WAITING, RevaluationState.RUNNING)
    __display__ = "document"
    __label__ = _("Revaluation")
    __labels__ = _("Revaluations")

    verb: Mapped[str] = mapped_column(String(20), info=about(internal=True))
    record_model: Mapped[str] = mapped_column(String(80), info=about(internal=True))
    record_id: Mapped[int] = mapped_column(BigInteger, info=about(internal=True))
    document: Mapped[str] = mapped_column(String(60), info=about(_("Document")))
    on: Mapped[date] = mapped_column(Date, info=about(_("Recorded for")))
    state: Mapped[RevaluationState] = choice(
        RevaluationState, default=RevaluationState.WAITING, info=about(_("Status"))
    )
    total: Mapped[int] = mapped_column(Integer, default=0, info=about(_("Moves to value anew")))
    done: Mapped[int] = mapped_column(Integer, default=0, info=about(_("Valued so far")))
    message: Mapped[str | None] = mapped_column(String(1000), info=about(_("Why it was refused")))

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self)

    @property
    def is_open(self) -> bool:
        """Not ended yet."""
        return self.state in {RevaluationState.WAITING, RevaluationState.RUNNING}

    @property
    def url(self) -> str:
        """The page of the document."""
        return f"/app/{self.record_model.replace('.', '/')}/{self.record_id}"

    @property
    def percent(self) -> int:
        """How far it is, from 0 to 100."""
        return min(100, 100 * self.done // self.total) if self.total else 0
