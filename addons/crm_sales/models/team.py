"""Who sells together."""

from sqlalchemy import Boolean, CheckConstraint, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyOwned, Model, User, _, about, link, reference


class Team(CompanyOwned, Model, name="team"):
    """Members see each other's opportunities, quotes and orders when their role says so."""

    __label__ = _("Sales team")
    __labels__ = _("Sales teams")
    __kept__ = True
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(120))
    leader_id: Mapped[int | None] = reference("core.user", nullable=True)
    leader: Mapped[User | None] = link("core.user", key="leader_id")
    members: Mapped[list[User]] = link("core.user", through="crm_sales.team_member", many=True)
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        UniqueConstraint("company_id", "name", name="name_once"),
    )


class TeamMember(Model, name="team_member", versioned=False):
    """Joins a team and a user. The first team of a user is the one new records get."""

    __display__ = "id"
    __kept__ = True

    team_id: Mapped[int] = reference("crm_sales.team", ondelete="CASCADE", info=about(_("Sales team")))
    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")

    __constraints__ = (UniqueConstraint("team_id", "user_id", name="once"),)
