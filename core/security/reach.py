"""Which users an administrator keeps: companies are apart, those who work in them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.builtin.models.company import Company
from core.errors import Invalid, NotAllowed
from core.i18n import _
from core.security.models import User, UserCompany

if TYPE_CHECKING:
    from core.env import Env


class OutOfReach(NotAllowed):
    """Companies are apart: their users are kept by administrators who work there."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("{name} works in companies that you do not work in.", name=name),
            hint=_("An administrator of one of these companies can do it."),
        )


def within_reach(env: Env, system: Env, user_id: int) -> User:
    """The locked user whom whoever asks may keep: one who shares a company with them or works in none.

    Raises OutOfReach for others; the platform itself keeps everyone.
    """
    user = system.get(User, user_id, lock=True)
    places = {one.company_id for one in user.companies}
    if places and user.id != env.user.id and not places & companies_kept_by(env, system):
        raise OutOfReach(user.name)
    return user


def companies_kept_by(env: Env, system: Env) -> set[int]:
    """The companies whose users somebody may keep: all they work in, whatever the switcher says."""
    model, company = system[UserCompany], system[Company]
    if env.user.id is None:
        return set(system.session.scalars(select(company.id)))
    return set(system.session.scalars(select(model.company_id).where(model.user_id == env.user.id)))


def refuse_foreign_companies(env: Env, system: Env, wanted: set[int]) -> None:
    """Nobody lets people into a company where they do not work themselves."""
    if wanted - companies_kept_by(env, system):
        raise Invalid(
            fields={"companies": _("You do not work in this company.")},
            hint=_("An administrator of that company can add people to it."),
        )
