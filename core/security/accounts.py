"""Users as an administrator keeps them: invitations, roles, companies, deactivation; one's own password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.address import base_url
from core.errors import Invalid, NotAllowed, RuleBroken
from core.i18n import _
from core.security import passwords
from core.security.account_links import send_invitation
from core.security.confirmation import confirmed_user
from core.security.models import User, UserCompany, UserRole
from core.security.models.user import GOES_ON
from core.security.reach import companies_kept_by, refuse_foreign_companies, within_reach
from core.security.roles import ADMIN, USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env


class LastAdministrator(RuleBroken):
    """Somebody must be able to open Settings."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("{name} is the last administrator.", name=name),
            hint=_("Make someone else an administrator first."),
        )


def invite(
    env: Env,
    *,
    name: str,
    email: str,
    locale: str,
    roles: Iterable[str],
    company_ids: Iterable[int],
) -> tuple[User, str]:
    """Create a user without a password and send the link by which one is chosen. Give the user, and the link
    where there is no mail server to send it."""
    _only_administrators(env)
    base_url(env)  # without it there is no link, and nobody is written
    address = email.strip().casefold()
    with env.system("invite a user") as system:
        refuse_foreign_companies(env, system, set(company_ids))
        model = system[User]
        if system.session.scalars(select(model.id).where(model.email == address)).first() is not None:
            raise Invalid(fields={"email": _("There is a user with this address already.")})
        user = system.add(User, name=name, email=address, locale=locale)
        give(system, user, roles, company_ids)
        url = send_invitation(system, user, env.user.id)
        user_id = user.id
    return env.get(User, user_id), url


def change_password(env: Env, current: str, password: str, *, keep_session: int | None) -> None:
    """Replace the user's own password and end the other sessions, the API tokens and the links of mails."""
    with env.system("change a password") as system:
        user = confirmed_user(system, current, "current")
        passwords.check_strength(password, email=user.email)
        system.cache[GOES_ON] = ("core.session", keep_session)
        user.password_hash = passwords.hash_of(password)
        system.session.flush()
        del system.cache[GOES_ON]


def save(
    env: Env, user_id: int, *, name: str, locale: str, roles: Iterable[str], company_ids: Iterable[int]
) -> None:
    """Keep what an administrator changed of a user."""
    _only_administrators(env)
    with env.system("change a user") as system:
        user = within_reach(env, system, user_id)
        wanted, places = set(roles), set(company_ids)
        if ADMIN not in wanted:
            _keep_one_administrator(system, user)
        held = {one.company_id for one in user.companies}
        refuse_foreign_companies(env, system, places - held)
        user.name, user.locale = name, locale
        give(system, user, wanted, places | (held - companies_kept_by(env, system)))


def deactivate(env: Env, user_id: int) -> None:
    """Keep someone out: every session ends. What they wrote stays."""
    _only_administrators(env)
    if user_id == env.user.id:
        raise RuleBroken(_("You cannot deactivate yourself."), hint=_("Ask another administrator to do it."))
    with env.system("deactivate a user") as system:
        user = within_reach(env, system, user_id)
        _keep_one_administrator(system, user)
        user.active = False
        user.end_credentials(system)
        system.session.flush()


def activate(env: Env, user_id: int) -> None:
    """Let someone in again, with the roles they had."""
    _only_administrators(env)
    with env.system("activate a user") as system:
        within_reach(env, system, user_id).active = True


def give(system: Env, user: User, roles: Iterable[str], company_ids: Iterable[int]) -> None:
    """Set the roles and companies of a user; roles of disabled apps stay."""
    declared = set(system.access.declared)
    wanted = {role for role in roles if role in declared} | {USER}
    hidden = {one.role for one in user.roles if one.role not in declared}  # of apps that are disabled now
    kept = {one.role: one for one in user.roles}
    user.roles = [kept.get(role) or system[UserRole](role=role) for role in sorted(wanted | hidden)]
    places = {one.company_id: one for one in user.companies}
    user.companies = [
        places.get(one) or system[UserCompany](company_id=one) for one in sorted(set(company_ids))
    ]
    system.session.flush()


def _keep_one_administrator(system: Env, user: User) -> None:
    """Raise LastAdministrator when nobody else could open Settings.

    Locks who holds the role first, then reads who is active: what another administrator did meanwhile counts.
    """
    role, model = system[UserRole], system[User]
    holding = select(role.user_id).where(role.role == ADMIN).order_by(role.user_id)
    system.session.scalars(holding.with_for_update()).all()
    holders = system.session.scalars(holding.join(model, model.id == role.user_id).where(model.active)).all()
    if user.id in holders and len(holders) == 1:
        raise LastAdministrator(user.name)


def _only_administrators(env: Env) -> None:
    if not env.access.everything:
        raise NotAllowed(_("Only an administrator keeps users."), hint=_("Ask an administrator."))
