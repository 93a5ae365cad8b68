"""What is posted is final: the sentence a person reads before the database's own trigger would refuse."""

from typing import Any

from sqlalchemy import inspect

from core.api import Model, RuleBroken, _

KEPT_UP = frozenset({"version", "updated_at", "search_tokens"})
"""Columns that the platform keeps up to date on any record."""


class PostedIsFinal(RuleBroken):
    def __init__(self, number: str, *, invoice: bool = False) -> None:
        hint = _("Create a credit note to correct it.") if invoice else _("Reverse it to correct it.")
        super().__init__(_("{number} is posted: it is never changed or deleted.", number=number), hint=hint)


def changed(record: Model) -> frozenset[str]:
    """Attributes of a stored record that differ from what was read."""
    state: Any = inspect(record)
    if not state.persistent:
        return frozenset()
    return frozenset(key for key in state.committed_state if state.attrs[key].history.has_changes())


def before(record: Model, name: str) -> Any:
    """The value an attribute had when it was read."""
    state: Any = inspect(record)
    return state.committed_state.get(name, getattr(record, name))
