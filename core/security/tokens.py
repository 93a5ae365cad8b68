"""API tokens: a program acts as a user, within scopes; only the hash is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from core.env import Who
from core.errors import Invalid, NotFound
from core.i18n import _
from core.security.models import ApiToken
from core.security.reach import within_reach
from core.security.secret_tokens import hash_of, new_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from core.env import Env

PREFIX = "psr_"
"""So that a leaked token is recognised by those who scan for secrets."""
_SCOPE = re.compile(r"(?:[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*:)?(?:read|write)")
_FIND = text(
    "SELECT t.id, t.scopes, coalesce(t.last_used_at < now() - interval '1 minute', true) AS stale,"
    " u.id AS user_id, u.name, u.email, u.locale, u.tz, u.company_id, w.registry_version,"
    " array(SELECT r.role FROM core_user_role r WHERE r.user_id = u.id)::text[] AS roles,"
    " array(SELECT c.company_id FROM core_user_company c WHERE c.user_id = u.id ORDER BY 1) AS companies"
    " FROM core_api_token t JOIN core_user u ON u.id = t.user_id AND u.active CROSS JOIN core_workspace w"
    " WHERE t.token_hash = :hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())"
)
_TOUCH = text(
    "UPDATE core_api_token SET last_used_at = now() WHERE id ="
    " (SELECT id FROM core_api_token WHERE id = :id FOR UPDATE SKIP LOCKED)"
)


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Whom a token stands for, and what it may do."""

    who: Who
    scopes: frozenset[str]
    company_id: int | None
    user_companies: tuple[int, ...]
    registry_version: int


def find(connection: Connection, presented: str) -> TokenHolder | None:
    """Return the holder of a token, or None when it is unknown, revoked, expired, or its user deactivated."""
    if not presented.startswith(PREFIX):
        return None
    row = connection.execute(_FIND, {"hash": hash_of(presented)}).one_or_none()
    if row is None:
        return None
    if row.stale:
        connection.execute(_TOUCH, {"id": row.id})
    who = Who(row.user_id, row.name, row.email, row.locale, row.tz, frozenset(row.roles), row.id)
    companies = tuple(row.companies)
    company = row.company_id if row.company_id in companies else next(iter(companies), None)
    return TokenHolder(who, frozenset(row.scopes), company, companies, row.registry_version)


def create(
    env: Env,
    name: str,
    scopes: Iterable[str],
    *,
    user_id: int | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make a token for the user (or for another one, by an administrator) and return it: it is shown once."""
    wanted = sorted(set(scopes))
    wrong = [scope for scope in wanted if not _SCOPE.fullmatch(scope)]
    if wrong or not wanted:
        raise Invalid(
            fields={"scopes": _("Choose read, write, or a model with one of them: crm_sales.order:read.")}
        )
    token = PREFIX + new_token()
    with env.system("make an API token") as system:
        system.add(
            ApiToken,
            user_id=user_id or env.user.id,
            name=name.strip()[:80] or "API",
            token_hash=hash_of(token),
            scopes=wanted,
            expires_at=expires_at,
        )
    return token


def of_user(env: Env) -> Sequence[ApiToken]:
    """Return the user's own tokens that still work, the newest first."""
    with env.system("list API tokens") as system:
        model = system[ApiToken]
        query = select(model).where(model.user_id == env.user.id, model.revoked_at.is_(None))
        return system.session.scalars(query.order_by(model.id.desc())).all()


def revoke(env: Env, token_id: int) -> None:
    """End one of the user's own tokens at once; an administrator ends anyone's."""
    with env.system("revoke an API token") as system:
        token = system.session.get(system[ApiToken], token_id)
        mine = token is not None and (token.user_id == env.user.id or env.access.everything)
        if token is None or not mine:
            raise NotFound(_("There is no such token."))
        if token.user_id != env.user.id:
            within_reach(env, system, token.user_id)
        token.revoked_at = token.revoked_at or system.now()
        system.session.flush()
