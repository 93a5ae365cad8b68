"""What only services may change: states and progress, which follow from something else."""

from typing import Any

from sqlalchemy import inspect

from core.api import RuleBroken, ServicesOnly, _


class KeptByDocuments(RuleBroken):
    """409 for whoever writes a state or a progress by form, import or API."""

    def __init__(self) -> None:
        super().__init__(
            _("The status and progress of an order follow from its documents: nobody writes them by hand."),
            hint=_("Confirm, receive or bill the order instead."),
        )


class Agreed(RuleBroken):
    """409 for whoever writes a line of an order that waits for approval or is confirmed, or how it is
    billed."""

    def __init__(self, record: Any, *, line: bool = False) -> None:
        super().__init__(
            _("How {order} is billed is agreed.", order=record.title)
            if not line
            else _("The lines of {order} are agreed.", order=record.title),
            hint=_("Change the order first; the change counts once it is confirmed."),
        )


KEPT = ServicesOnly("erp_purchase", KeptByDocuments)
keep = KEPT.writing
refuse_by_hand = KEPT.refuse


def refuse_fixed(env: Any, record: Any, *names: str) -> None:
    """Refuse a record that is new or changed in one of these columns outside the services."""
    if KEPT.is_written(env):
        return
    state = inspect(record)
    if not state.persistent or any(state.attrs[name].history.added for name in names):
        raise Agreed(record)


def refuse_agreed_line(env: Any, line: Any, *names: str, deleted: bool = False) -> None:
    """Refuse a line of an order that waits for approval or is confirmed, when it is new, changed in one of
    these columns, or taken away outside the services."""
    if KEPT.is_written(env):
        return
    state = inspect(line)
    orders = [line.order] if line.order is not None else list(state.attrs["order"].history.deleted or ())
    if not orders or orders[0].is_editable:
        return
    if deleted or not state.persistent or any(state.attrs[name].history.added for name in names):
        raise Agreed(orders[0], line=True)
