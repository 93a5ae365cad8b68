"""Records of base for tests: each override says only what matters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from addons.base.models import Party, PartyKind
from core.api import Env, User, Who
from core.security.access import access_of
from core.security.models import UserCompany, UserRole

if TYPE_CHECKING:
    from core.api import Model


def a_party(env: Env, **values: Any) -> Party:
    return env.add(Party, **{"name": "Hôtel des Tilleuls", "is_customer": True} | values)


def a_person(env: Env, **values: Any) -> Party:
    return env.add(Party, **{"name": "Lucie Ferrand", "kind": PartyKind.PERSON} | values)


def a_user(env: Env, **values: Any) -> User:
    """Somebody who works in the companies of the Env, as a plain user."""
    user = env.add(User, **{"name": "Idriss Benali", "email": f"{uuid4().hex}@lumen.example"} | values)
    for company_id in env.company_ids:
        env.add(UserCompany, user_id=user.id, company_id=company_id)
    env.add(UserRole, user_id=user.id, role="base.user")
    return user


def as_person(env: Env, *roles: str, user: User | None = None, **who: Any) -> Env:
    """The same transaction with the rights of somebody who signs in."""
    someone = user or a_user(env)
    held = frozenset(roles) | {"base.user"}
    given = {"id": someone.id, "name": someone.name, "email": someone.email, "roles": held} | who
    access = access_of(env.registry, held, everything=False)
    return Env(replace(env.scope, user=Who(**given)), access)


def written(env: Env, record: Model) -> dict[str, Any]:
    """What stands in the database."""
    env.session.flush()
    env.session.refresh(record)
    return {column.key: getattr(record, column.key) for column in record.__table__.columns}  # type: ignore[attr-defined]  # composed classes are mapped
