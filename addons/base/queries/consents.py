"""What the consent panel shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import ConsentChannel, ConsentSource, ConsentStatus, Party
from addons.base.services import consents

if TYPE_CHECKING:
    from core.api import Env


def panel(env: Env, party: Party) -> dict[str, Any]:
    """What holds now, how it came about, and what can be noted."""
    return {
        "states": consents.states(env, party),
        "history": consents.history(env, party),
        "wordings": consents.wordings(env),
        "channels": [(one.value, one.label) for one in ConsentChannel],
        "sources": [(one.value, one.label) for one in ConsentSource],
        "statuses": [(one.value, one.label) for one in ConsentStatus],
        "may_note": party.active,
        "errors": {},
        "typed": {},
        "open": False,
    }


def beside(env: Env, party: Party) -> dict[str, Any] | None:
    """For the side of a contact's page; nothing before the first wording is written."""
    shown = panel(env, party)
    return shown if shown["wordings"] or shown["history"] else None
