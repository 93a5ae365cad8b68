"""Who reads a page changes no record: what a GET may note, and the refusal of everything else."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm.attributes import instance_state

from core.errors import AddonError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.registry.compose import Registry


OF_THE_READER: Final = frozenset({"core.session", "core.saved_view", "core.favourite"})
"""What reading may change: the reader's session, views and what the side bar calls their favourites."""
_REQUEST: ContextVar[str] = ContextVar("reading_request", default="")


class WritesWhileReading(AddonError):
    """A GET would change a record. For the developer; the reader gets the error page."""

    def __init__(self, request: str, what: str, record: str) -> None:
        super().__init__(
            f"{request} would {what} {record}, but reading a page changes no record.",
            hint="Do it in a POST, by a button of the page. What only tells that something was seen, such as"
            " a click, is a model of its own, named in declare_observed: rows are added to it.",
        )


@contextmanager
def reading_only(request: str) -> Iterator[None]:
    """Refuse whatever is written inside, in whichever transaction; ``request`` is named: "GET /stock"."""
    token = _REQUEST.set(request)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def observed_models(registry: Registry) -> frozenset[str]:
    """The models that addons have declared as observed, by name."""
    return registry.whole.memo("security.observed", _declared)


def _declared(registry: Registry) -> frozenset[str]:
    return frozenset(model.model_name for _addon, model in registry.declared("declare_observed"))


def refuse_while_reading(registry: Registry, what: str, name: str, record: Any = None) -> None:
    """Raise WritesWhileReading inside ``reading_only``; ``what`` is create, update, delete or defer."""
    request = _REQUEST.get()
    if not request or name in OF_THE_READER:
        return
    if what == "create" and name in observed_models(registry):
        return
    if what == "update" and getattr(record, "__updated_by_reading__", False):
        return  # such as when a calendar address was last asked for
    state = None if record is None else instance_state(record)
    number = state.key[1][0] if state is not None and state.key else ""
    raise WritesWhileReading(request, what, f"{name} {number}".strip())
