"""Why a purchase order cannot do something, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import RuleBroken, _, format_money, format_quantity

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.erp_purchase.models import Line, Order, Vendor


class NotADraft(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is {state}.", order=order.title, state=order.state.label),
            hint=_("Only a draft, or an order that is being changed, can be confirmed."),
        )


class NotWaiting(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is {state}.", order=order.title, state=order.state.label),
            hint=_("Only an order that waits for approval can be approved or refused."),
        )


class NotConfirmed(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is {state}.", order=order.title, state=order.state.label),
            hint=_("Only a confirmed order can do that."),
        )


class NothingOrdered(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} has no product with a quantity.", order=order.title),
            hint=_("Add at least one line, or cancel the order."),
        )


class BelowFulfilled(RuleBroken):
    def __init__(self, line: Line, fulfilled: Decimal) -> None:
        super().__init__(
            _(
                '"{product}" cannot go below {fulfilled}: so much was already received or billed.',
                product=line.description,
                fulfilled=format_quantity(fulfilled),
            ),
            hint=_("Return goods to the vendor and take their credit note first."),
        )


class AlreadyFulfilled(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is already received or billed in part.", order=order.title),
            hint=_("Return the goods and take a credit note, or close what is missing."),
        )


class VendorBlocked(RuleBroken):
    def __init__(self, vendor: Vendor) -> None:
        super().__init__(
            _(
                "Purchases from {vendor} are blocked: {reason}.",
                vendor=vendor.name,
                reason=vendor.purchase_block_reason or _("no reason given"),
            ),
            hint=_("Choose another vendor, or ask an approver to unblock this one."),
        )


class BelowMinimum(RuleBroken):
    def __init__(self, order: Order, minimum: Decimal) -> None:
        super().__init__(
            _(
                "{vendor} takes no order below {minimum}: this one comes to {amount} before tax.",
                vendor=order.party.name,
                minimum=format_money(minimum, order.currency),
                amount=format_money(order.net, order.currency),
            ),
            hint=_("Order more, or correct the minimum order of the vendor."),
        )
