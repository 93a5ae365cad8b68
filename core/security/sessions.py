"""Browsers that signed in: a random token in the cookie, its hash in the table, one statement per request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from core.env import Who
from core.errors import NotAllowed, NotFound
from core.i18n import _
from core.security.models import Session, User
from core.security.reach import within_reach
from core.security.secret_tokens import hash_of, new_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from core.env import Env

IDLE_DAYS = 14
"""Days without a request after which a session ends."""
LONGEST_DAYS = 30
"""Days after signing in at which a session ends, used or not: who has the cookie proves again who it is."""

_FIND = text(
    "SELECT s.id, s.company_id, s.all_companies, s.last_seen_at < now() - interval '1 minute' AS stale,"
    " u.id AS user_id, u.name, u.email, u.locale, u.tz, u.theme, u.density, u.single_keys,"
    " u.company_id AS usual_company_id, w.registry_version,"
    " array(SELECT r.role FROM core_user_role r WHERE r.user_id = u.id)::text[] AS roles,"
    " array(SELECT c.company_id FROM core_user_company c WHERE c.user_id = u.id ORDER BY 1) AS companies"
    " FROM core_session s JOIN core_user u ON u.id = s.user_id AND u.active CROSS JOIN core_workspace w"
    " WHERE s.token_hash = :hash AND s.revoked_at IS NULL"
    " AND s.last_seen_at > now() - make_interval(days => :idle)"
    " AND s.created_at > now() - make_interval(days => :longest)"
)
_TOUCH = text(
    "UPDATE core_session SET last_seen_at = now() WHERE id ="
    " (SELECT id FROM core_session WHERE id = :id FOR UPDATE SKIP LOCKED)"
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a request knows of its user before anything else is read."""

    session_id: int
    who: Who
    company_id: int | None
    all_companies: bool
    """Whether all companies of the user are looked at together."""
    user_companies: tuple[int, ...]
    registry_version: int
    theme: str
    """ "light", "dark", or empty to follow the device."""
    density: str
    """ "comfortable", or empty."""
    single_keys: bool


def find(connection: Connection, token: str) -> SignedIn | None:
    """The session of a token, or None when it is unknown, ended, or its user was deactivated.

    Notes, at most once a minute, that the session is in use.
    """
    row = connection.execute(
        _FIND, {"hash": hash_of(token), "idle": IDLE_DAYS, "longest": LONGEST_DAYS}
    ).one_or_none()
    if row is None:
        return None
    if row.stale:
        connection.execute(_TOUCH, {"id": row.id})
    companies = tuple(row.companies)
    company_id = next(
        (one for one in (row.company_id, row.usual_company_id) if one in companies),
        companies[0] if companies else None,
    )
    who = Who(row.user_id, row.name, row.email, row.locale, row.tz, frozenset(row.roles))
    return SignedIn(
        row.id,
        who,
        company_id,
        row.all_companies,
        companies,
        row.registry_version,
        row.theme if row.theme in ("light", "dark") else "",
        row.density if row.density == "comfortable" else "",
        row.single_keys,
    )


def start(env: Env, user_id: int, *, ip: str = "", agent: str = "") -> str:
    """Begin a session with a new token and give it; whoever calls has checked who it is."""
    token = new_token()
    with env.system("sign in") as system:
        user = system.get(User, user_id)
        user.last_login_at = system.now()
        system.add(
            Session,
            user_id=user.id,
            token_hash=hash_of(token),
            last_seen_at=system.now(),
            ip=ip[:45],
            agent=agent[:300],
            company_id=user.company_id,
        )
    return token


def end(env: Env, session_id: int) -> None:
    """Sign out."""
    with env.system("sign out") as system:
        _revoke(system, session_id)


def of_user(env: Env) -> Sequence[Session]:
    """The user's sessions that are in use, the latest first."""
    model = env[Session]
    query = (
        select(model)
        .where(
            model.user_id == env.user.id,
            model.revoked_at.is_(None),
            model.last_seen_at > env.now() - timedelta(days=IDLE_DAYS),
            model.created_at > env.now() - timedelta(days=LONGEST_DAYS),
        )
        .order_by(model.last_seen_at.desc())
    )
    return env.session.scalars(query).all()


def revoke(env: Env, session_id: int) -> None:
    """End one of the user's own sessions, on this device or another; an administrator ends those of the users
    they keep."""
    mine = session_id in {session.id for session in of_user(env)}
    with env.system("revoke a session") as system:
        if not mine:
            session = system.session.get(system[Session], session_id)
            if session is None or session.revoked_at is not None or not env.access.everything:
                raise NotFound(_("This session has already ended."), hint=_("Load the page again."))
            within_reach(env, system, session.user_id)
        _revoke(system, session_id)


def _revoke(system: Env, session_id: int) -> None:
    session = system.get(Session, session_id)
    session.revoked_at = session.revoked_at or system.now()
    system.session.flush()


def switch_company(env: Env, session_id: int, company_id: int) -> None:
    """Work in one of the user's companies and see its documents only, in this session and the next ones."""
    if company_id not in env.user_companies:
        raise NotAllowed(
            _("You do not work in this company."), hint=_("Ask an administrator to add you to it.")
        )
    with env.system("switch company") as system:
        session = system.get(Session, session_id)
        session.company_id, session.all_companies = company_id, False
        system.get(User, env.user.id or 0).company_id = company_id
        system.session.flush()


def see_all_companies(env: Env, session_id: int) -> None:
    """See the documents of all the user's companies together, in this session, until one is chosen again."""
    with env.system("see all companies") as system:
        system.get(Session, session_id).all_companies = True
        system.session.flush()
