"""Records of base for tests: each override says only what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party
from core.api import User

if TYPE_CHECKING:
    from core.api import Env


def a_party(env: Env, **values: Any) -> Party:
    return env.add(Party, **{"name": "Hôtel des Tilleuls", "is_customer": True} | values)


def a_person(env: Env, **values: Any) -> Party:
    return a_party(env, **{"name": "Mathilde Aubry", "kind": "person", "is_customer": False} | values)


def a_user(env: Env, **values: Any) -> User:
    return env.add(User, **{"name": "Camille Roche", "email": "camille@lumen.example"} | values)
