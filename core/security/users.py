"""Users without invitations: who one is, for work done later; making one from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from core.env import Who
from core.errors import Invalid, NotFound
from core.i18n import _
from core.security import passwords
from core.security.accounts import give
from core.security.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env

_WHO = text(
    "SELECT u.id, u.name, u.email, u.locale, u.tz,"
    " array(SELECT r.role FROM core_user_role r WHERE r.user_id = u.id)::text[] AS roles"
    " FROM core_user u WHERE u.id = :id AND u.active"
)


def who(env: Env, user_id: int) -> Who | None:
    """Return a user with the roles held now, or None when the user can no longer sign in."""
    row = env.scope.connection.execute(_WHO, {"id": user_id}).one_or_none()
    return Who(row.id, row.name, row.email, row.locale, row.tz, frozenset(row.roles)) if row else None


def create(
    env: Env, *, name: str, email: str, password: str, roles: Iterable[str] = (), locale: str = "en"
) -> int:
    """Make a user of every company who can sign in at once; an unknown role is refused by name."""
    address = email.strip().casefold()
    wanted = set(roles)
    unknown = sorted(wanted - set(env.access.declared))
    if unknown:
        raise Invalid(
            fields={"roles": _("There is no role {names} here.", names=", ".join(unknown))},
            hint=_("Its app may not be enabled."),
        )
    passwords.check_strength(password, email=address)
    with env.system("create a user") as system:
        if _find(system, address) is not None:
            raise Invalid(fields={"email": _("There is a user with this address already.")})
        user = system.add(User, name=name, email=address, locale=locale)
        user.password_hash = passwords.hash_of(password)
        give(system, user, wanted, env.company_ids)
        return int(user.id)


def set_password(env: Env, email: str, password: str) -> None:
    """Give a user another password; sessions, API tokens and links of mails end."""
    with env.system("set a password") as system:
        user = _find(system, email.strip().casefold())
        if user is None:
            raise NotFound(_("There is no user {email}.", email=email))
        passwords.check_strength(password, email=user.email)
        user.password_hash = passwords.hash_of(password)
        system.session.flush()


def _find(system: Env, address: str) -> User | None:
    model = system[User]
    return system.session.scalars(select(model).where(model.email == address)).one_or_none()
