"""What only services may change: states and progress, which follow from something else."""

from typing import Any

from sqlalchemy import inspect

from core.api import RuleBroken, _

KEEPING = "erp_purchase.keeping"
"""Set in ``env.cache`` by the services that keep purchase orders."""


class KeptByDocuments(RuleBroken):
    """409 for whoever writes a state or a progress by form, import or API."""

    def __init__(self) -> None:
        super().__init__(
            _("The status and progress of an order follow from its documents: nobody writes them by hand."),
            hint=_("Confirm, receive or bill the order instead."),
        )


class Agreed(RuleBroken):
    """409 for whoever writes a line of an order that waits for approval or is confirmed."""

    def __init__(self, record: Any) -> None:
        super().__init__(
            _("The lines of {order} are agreed.", order=record.order.title),
            hint=_("Change the order first; the change counts once it is confirmed."),
        )


def keep(env: Any) -> None:
    """From here on, this Env's own services write."""
    env.cache[KEEPING] = True


def refuse_by_hand(env: Any, record: Any, *names: str) -> None:
    """Refuse a record written outside the services in which one of these columns is set.

    A new record may say what its columns begin with anyway.
    """
    if env.cache.get(KEEPING):
        return
    state = inspect(record)
    for name in names:
        added = state.attrs[name].history.added
        if added and (state.persistent or not _begins_with(record, name, added[0])):
            raise KeptByDocuments


def refuse_fixed(env: Any, record: Any, *names: str) -> None:
    """Refuse a line that is new or changed in one of these columns outside the services."""
    if env.cache.get(KEEPING):
        return
    state = inspect(record)
    if not state.persistent or any(state.attrs[name].history.added for name in names):
        raise Agreed(record)


def _begins_with(record: Any, name: str, value: Any) -> bool:
    default = record.__table__.c[name].default
    return value is None or (default is not None and value == default.arg)
