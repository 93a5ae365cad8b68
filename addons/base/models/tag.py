"""Words a team sticks on parties to find them again."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, _, reference


class Tag(Model, name="tag"):
    """Two tags never have the same name."""

    __label__ = _("Tag")
    __labels__ = _("Tags")

    name: Mapped[str] = mapped_column(String(60))

    __constraints__ = (
        UniqueConstraint("name", name="name_once"),
        CheckConstraint("name <> ''", name="name_not_empty"),
    )


class PartyTag(Model, name="party_tag", versioned=False):
    """Joins a party and a tag."""

    party_id: Mapped[int] = reference("base.party", ondelete="CASCADE")
    tag_id: Mapped[int] = reference("base.tag", ondelete="CASCADE")

    __constraints__ = (UniqueConstraint("party_id", "tag_id", name="once"),)
