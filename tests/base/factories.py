"""Records of base for tests: each override says only what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party

if TYPE_CHECKING:
    from core.api import Env


def a_party(env: Env, **values: Any) -> Party:
    return env.add(Party, **{"name": "Hôtel des Tilleuls", "is_customer": True} | values)
