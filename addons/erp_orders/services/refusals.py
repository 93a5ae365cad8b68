"""Why a customer order cannot do something, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import RuleBroken, _

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.erp_orders.models import Line, Order


class NotADraft(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is {state}.", order=order.title, state=order.state.label),
            hint=_("Only a draft, or an order that is being changed, can be confirmed."),
        )


class NotConfirmed(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is {state}.", order=order.title, state=order.state.label),
            hint=_("Only a confirmed order can do that."),
        )


class AgreedElsewhere(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} was agreed in {place}.", order=order.title, place=order.agreed_in),
            hint=_("Amend or cancel it there; this order follows."),
        )


class NothingOrdered(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} has no product with a quantity.", order=order.title), hint=_("Add at least one line.")
        )


class BelowFulfilled(RuleBroken):
    def __init__(self, line: Line, fulfilled: Decimal) -> None:
        super().__init__(
            _(
                '"{product}" cannot go below {fulfilled}: so much was already delivered or invoiced.',
                product=line.description,
                fulfilled=f"{fulfilled.normalize():f}",
            ),
            hint=_("Take goods back by a return and credit the invoice first."),
        )


class AlreadyFulfilled(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is already delivered or invoiced in part.", order=order.title),
            hint=_("Take the goods back and credit the invoice, or change the order to what was delivered."),
        )


class MilestonesIncomplete(RuleBroken):
    def __init__(self, order: Order, shares: Decimal) -> None:
        super().__init__(
            _(
                "The milestones of {order} add up to {shares} %.",
                order=order.title,
                shares=f"{shares.normalize():f}",
            ),
            hint=_("Together they must be 100 %."),
        )


class NoMilestoneLeft(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Every milestone of {order} is reached.", order=order.title),
            hint=_("Create the invoice of what is left."),
        )
