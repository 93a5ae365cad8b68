"""What only services may change: states and progress, which follow from something else."""

from typing import Any

from sqlalchemy import inspect

from core.api import RuleBroken, ServicesOnly, _


class KeptByDocuments(RuleBroken):
    """409 for whoever writes a state or a progress by form, import or API."""

    def __init__(self) -> None:
        super().__init__(
            _("The status and progress of an order follow from its documents: nobody writes them by hand."),
            hint=_("Confirm, deliver or invoice the order instead."),
        )


class Agreed(RuleBroken):
    """409 for whoever changes what a confirmed order says of its lines, invoices and deliveries."""

    def __init__(self, order: Any, *, line: bool = False) -> None:
        super().__init__(
            _("The lines of {order} are agreed.", order=order.title)
            if line
            else _("What {order} says of invoices and deliveries is agreed.", order=order.title),
            hint=_("Change the order first; the change counts once it is confirmed."),
        )


KEPT = ServicesOnly("erp_orders", KeptByDocuments)
keep = KEPT.writing
refuse_by_hand = KEPT.refuse


def refuse_agreed(env: Any, record: Any, *names: str) -> None:
    """Refuse an order in which one of these columns changed outside the services."""
    if KEPT.is_written(env):
        return
    state = inspect(record)
    if state.persistent and any(state.attrs[name].history.added for name in names):
        raise Agreed(record)


def refuse_agreed_line(env: Any, line: Any, *names: str, deleted: bool = False) -> None:
    """Refuse a line of a confirmed order that is new, changed in one of these columns, or taken away, outside
    the services."""
    if KEPT.is_written(env):
        return
    state = inspect(line)
    orders = [line.order] if line.order is not None else list(state.attrs["order"].history.deleted or ())
    if not orders or not orders[0].is_agreed:
        return
    if deleted or not state.persistent or any(state.attrs[name].history.added for name in names):
        raise Agreed(orders[0], line=True)
