"""Whether an e-mail can be written about a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party

if TYPE_CHECKING:
    from core.api import Env, Model


def item(env: Env, record: Model) -> dict[str, Any] | None:
    """The entry of "More actions": on contacts and on everything that concerns one."""
    concerns = record.model_name == Party.model_name or getattr(record, "party_id", None) is not None
    if not concerns or record.addon == "core":
        return None
    return {"url": f"/mail/compose?model={record.model_name}&id={record.id}"}
