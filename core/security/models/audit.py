"""Who did what, when."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n import _
from core.orm.model import Model, about


class Audit(Model, name="audit", versioned=False):
    """One written row, sign-in, export or elevated passage. Nobody writes or changes it but the platform.

    No foreign keys: the trace outlives what it tells about.
    """

    __display__ = "action"
    __label__ = _("Audit entry")
    __labels__ = _("Audit trail")
    __audited__ = False
    __constraints__ = (
        Index("record", "model", "record_id", "id"),
        Index("user", "user_id", "id"),
        Index("when", "at", postgresql_using="brin"),
    )

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=about(_("When")))
    company_id: Mapped[int | None] = mapped_column(BigInteger, info=about(_("Company")))
    """Whose document it was; empty for what belongs to the whole workspace."""
    user_id: Mapped[int | None] = mapped_column(BigInteger, info=about(_("User")))
    """Empty: the platform itself."""
    action: Mapped[str] = mapped_column(String(30), info=about(_("Action")))
    """create, update, delete, login, logout, export, system, or a verb of an addon."""
    model: Mapped[str] = mapped_column(String(80), default="", info=about(_("Kind")))
    record_id: Mapped[int | None] = mapped_column(BigInteger)
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, info=about(_("Changes")))
    """Field to [old, new]; to null when the value is a secret and was not kept."""
    request_id: Mapped[str] = mapped_column(String(40), default="", info=about(_("Request")))
    reason: Mapped[str] = mapped_column(Text, default="", info=about(_("Reason")))
