"""What a record was before it was changed."""

from typing import Any

from sqlalchemy import inspect

from core.api import Model


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
