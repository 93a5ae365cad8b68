"""The record of two parties that became one."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.party import Party
from core.api import Model, User, _, about, link, reference


class PartyMerge(Model, name="party_merge", versioned=False):
    """Remembers every reference it re-pointed, so that the merge can be undone for 30 days."""

    __label__ = _("Merge")
    __labels__ = _("Merges")
    __display__ = "merged"

    kept_id: Mapped[int] = reference("base.party")
    kept: Mapped[Party] = link("base.party", key="kept_id")
    merged_id: Mapped[int] = reference("base.party")
    merged: Mapped[Party] = link("base.party", key="merged_id")
    by_id: Mapped[int | None] = reference("core.user", nullable=True)
    by: Mapped[User | None] = link("core.user", key="by_id")
    merged_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    moved: Mapped[dict[str, Any]] = mapped_column(JSONB, info=about(internal=True))
    """What was moved: {"table.column": [ids]}, and under "kept" the values the kept party had before."""

    __constraints__ = (CheckConstraint("kept_id <> merged_id", name="two_parties"),)
