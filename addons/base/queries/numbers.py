"""Where else a contact is known, for the side of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models.master_data import OWNABLE, owned_elsewhere
from addons.base.services import master_data

if TYPE_CHECKING:
    from addons.base.models import Party
    from core.api import Env


def beside(env: Env, party: Party) -> dict[str, Any] | None:
    """The numbers of other systems, and the fields they own here; nothing when there is neither."""
    numbers = [
        (number, number.system.url.format(id=number.external_id) if number.system.url else "")
        for number in master_data.numbers_of(env, party)
        if not number.external_id.startswith("sha256:")
    ]
    owned: dict[str, list[str]] = {}
    for name, system in owned_elsewhere(env, party).items():
        owned.setdefault(system.name, []).append(str(OWNABLE[name]))
    return {"numbers": numbers, "owned": owned} if numbers or owned else None
