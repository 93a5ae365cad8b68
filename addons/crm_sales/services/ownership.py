"""Who gets a new opportunity, quote or order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from addons.crm_sales.models import Team, TeamMember

if TYPE_CHECKING:
    from core.api import Env


def team_of(env: Env, user_id: int | None) -> int | None:
    """The first active team of a user in this company; read once per request."""
    if user_id is None:
        return None
    key = ("crm_sales.team", user_id)
    if key not in env.cache:
        teams = {
            team.id: team for team in env.kept(Team) if team.active and team.company_id == env.company_id
        }
        env.cache[key] = next(
            (
                member.team_id
                for member in env.kept(TeamMember)
                if member.user_id == user_id and member.team_id in teams
            ),
            None,
        )
    return cast("int | None", env.cache[key])
