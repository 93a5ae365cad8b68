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
    """409 for whoever changes what a confirmed order says of its invoices and deliveries."""

    def __init__(self, order: Any) -> None:
        super().__init__(
            _("What {order} says of invoices and deliveries is agreed.", order=order.title),
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
