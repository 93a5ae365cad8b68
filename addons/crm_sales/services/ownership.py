"""Who gets a new opportunity, quote or order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from addons.crm_sales.models import Team, TeamMember

if TYPE_CHECKING:
    from core.api import Env


def team_of(env: Env, user_id: int | None) -> int | None:
    """The first active team of a user in this company; read once per request."""
    if user_id is None:
        return None
    key = ("crm_sales.team", user_id)
    if key not in env.cache:
        team, member = env[Team], env[TeamMember]
        env.cache[key] = env.session.scalar(
            select(team.id)
            .join(member, member.team_id == team.id)
            .where(member.user_id == user_id, team.active, team.company_id == env.company_id)
            .order_by(member.id)
            .limit(1)
        )
    return cast("int | None", env.cache[key])
