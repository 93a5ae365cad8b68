"""Write, confirm, approve, change and cancel purchase orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from addons.base.services import currencies, timeline
from addons.base.services.sentences import Amount
from addons.catalog.services import amounts
from addons.erp_purchase.models import Line, LineKind, Order, OrderState
from addons.erp_purchase.services import approval, prices, progress
from addons.erp_purchase.services.refusals import (
    AlreadyFulfilled,
    BelowFulfilled,
    BelowMinimum,
    NotADraft,
    NotConfirmed,
    NothingOrdered,
    NotWaiting,
    VendorBlocked,
)
from core.api import ZERO, _, note_held, round_money, writing_closed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from addons.base.models import Party
    from addons.catalog.models import Product, Tax, Unit
    from addons.erp_purchase.models import Vendor
    from core.api import Env

NOTHING_YET = {"received": ZERO, "returned": ZERO, "billed": ZERO}


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as it should be."""

    product: Product | None
    quantity: Decimal = Decimal(1)
    unit: Unit | None = None
    unit_price: Decimal = ZERO
    discount: Decimal = ZERO
    taxes: Sequence[Tax] = ()
    description: str = ""
    vendor_code: str | None = None
    expected_on: date | None = None
    kind: LineKind = LineKind.PRODUCT
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Columns that other addons added to the line."""


def create(env: Env, party: Party, lines: Sequence[LineInput], **values: Any) -> Order:
    """Write a draft with its lines and amounts. ``values``: columns of the order, of other addons too."""
    order = env[Order](party=party, party_id=party.id, **{"state": OrderState.DRAFT} | values)
    order.order_date = order.order_date or env.today()
    order.currency = order.currency or currency_for(env, party)
    for given in lines:
        order.lines.append(_filled(env, given, len(order.lines) + 1))
    amounts.recompute(order)
    with writing_closed(order):
        env.session.add(order)
    return order


def add_lines(env: Env, order: Order, lines: Sequence[LineInput]) -> list[Line]:
    """Put more lines on a draft."""
    order = locked(env, order)
    if not order.is_editable:
        raise NotADraft(order)
    with writing_closed(order):
        added = [_filled(env, given, len(order.lines) + place) for place, given in enumerate(lines, start=1)]
        order.lines.extend(added)
        amounts.recompute(order)
    return added


def set_quantity(
    env: Env, order: Order, line: Line, quantity: Decimal, *, expected_on: date | None = None
) -> None:
    """Another quantity on a draft, at the price of the vendor that fits it; the earlier day is kept."""
    env.lock(order)
    if not order.is_editable:
        raise NotADraft(order)
    product = line.product
    with writing_closed(order):
        line.quantity = quantity
        if product is not None and quantity > 0:
            fresh = priced(env, order.party, product, quantity, unit=line.unit)
            line.unit_price, line.discount = fresh.unit_price, fresh.discount
        if expected_on is not None:
            line.expected_on = min(line.expected_on or expected_on, expected_on)
        amounts.recompute(order)


def priced(
    env: Env,
    party: Party,
    product: Product,
    quantity: Decimal,
    *,
    unit: Unit | None = None,
    taxes: Sequence[Tax] | None = None,
    expected_on: date | None = None,
    **extra: Any,
) -> LineInput:
    """A line at the vendor's price for the quantity; without a price at zero, for the buyer to fill in.

    Taxes are the product's unless given. ``extra``: columns that other addons added to the line.
    """
    found = prices.best(
        env,
        product,
        quantity,
        party_id=party.id,
        unit=unit or product.unit,
        currency=currency_for(env, party),
    )
    own = [tax for tax in product.purchase_taxes if tax.company_id == env.company_id]
    return LineInput(
        product,
        quantity,
        unit=unit or product.unit,
        unit_price=found.unit_price if found else ZERO,
        discount=found.discount if found else ZERO,
        taxes=own if taxes is None else taxes,
        description=(found.price.vendor_name or "") if found else "",
        vendor_code=found.price.vendor_code if found else None,
        expected_on=expected_on or (prices.arrival(found.lead_days, env.today()) if found else None),
        extra=extra,
    )


def currency_for(env: Env, party: Party) -> str:
    """In what a vendor is paid: what their file says, else the company's currency."""
    return cast("Vendor", party).purchase_currency or env.company.currency


def confirm(env: Env, order: Order) -> None:
    """Make a draft binding, or a change of a confirmed order.

    A draft above the limit of whoever confirms it waits for an approver; a change above it is refused.
    """
    order = locked(env, order)
    if order.state not in {OrderState.DRAFT, OrderState.CHANGING}:
        raise NotADraft(order)
    changed = order.state is OrderState.CHANGING
    with writing_closed(order):
        _prepare(env, order)
        if changed:
            approval.check(env, order)
        if changed or approval.needed(env, order) is None:
            _bind(env, order)
        else:
            order.state, order.reason = OrderState.TO_APPROVE, None
    if order.state is OrderState.TO_APPROVE:
        sentence = _("Waits for approval, {amount}", amount=Amount(order.net, order.currency))
        timeline.log(env, order, sentence, party=order.party, tone="warn")
    elif changed:
        timeline.log(env, order, _("Order {number} changed", number=order.number), party=order.party)
        env.hooks.purchase_order_amended(env=env, order=order)
    else:
        _confirmed(env, order)


def approve(env: Env, order: Order) -> None:
    """Say yes to an order above a buyer's limit, within one's own."""
    order = locked(env, order)
    if order.state is not OrderState.TO_APPROVE:
        raise NotWaiting(order)
    with writing_closed(order):
        _prepare(env, order)
        approval.check(env, order)
        order.approved_by_id, order.approved_at = env.user.id or None, env.now()
        _bind(env, order)
    _confirmed(env, order)


def refuse(env: Env, order: Order, *, reason: str) -> None:
    """Give an order that waits for approval back to its buyer."""
    order = locked(env, order)
    if order.state is not OrderState.TO_APPROVE:
        raise NotWaiting(order)
    with writing_closed(order):
        order.state, order.reason = OrderState.DRAFT, reason
    timeline.log(env, order, _("Not approved: {reason}", reason=reason), party=order.party, tone="bad")


def change(env: Env, order: Order) -> None:
    """Open a confirmed order for changes; they count once they are confirmed."""
    order = locked(env, order)
    if order.state not in {OrderState.CONFIRMED, OrderState.DONE}:
        raise NotConfirmed(order)
    with writing_closed(order):
        order.state = OrderState.CHANGING


def postpone(env: Env, order: Order, *, expected_on: date) -> None:
    """What is not here yet is expected on another day, as the vendor says."""
    order = locked(env, order)
    if order.state is not OrderState.CONFIRMED:
        raise NotConfirmed(order)
    with writing_closed(order):
        order.expected_on = expected_on
        for line in order.products:
            if line.received < line.quantity:
                line.expected_on = None
    sentence = _("Now expected on {day}", day=expected_on)
    timeline.log(env, order, sentence, party=order.party, tone="warn")
    env.hooks.purchase_order_amended(env=env, order=order)


def close_rest(env: Env, order: Order) -> None:
    """Expect nothing more: each line goes down to what was received or billed. What was changed besides
    counts as a change does."""
    order = locked(env, order)
    if order.state not in {OrderState.CONFIRMED, OrderState.CHANGING}:
        raise NotConfirmed(order)
    goods = [line for line in order.products if line.is_goods]
    if not any(fulfilled(line) for line in goods):
        raise NothingOrdered(order)
    with writing_closed(order):
        for line in goods:
            line.quantity = min(line.quantity, fulfilled(line))
        _prepare(env, order, minimum=False)
        if order.state is OrderState.CHANGING:
            approval.check(env, order)
        _bind(env, order)
    timeline.log(env, order, _("Nothing more is expected"), party=order.party)
    env.hooks.purchase_order_amended(env=env, order=order)


def cancel(env: Env, order: Order, *, reason: str = "") -> None:
    """Give up an order of which nothing is here, nor billed."""
    order = locked(env, order)
    if order.state in {OrderState.CANCELLED, OrderState.DONE}:
        raise NotConfirmed(order)
    if any(line.kept_quantity or line.billed for line in order.products):
        raise AlreadyFulfilled(order)
    with writing_closed(order):
        order.state, order.reason, order.to_bill = OrderState.CANCELLED, reason or None, ZERO
    sentence = _(
        "Order {order} cancelled: {reason}", order=order.title, reason=reason or _("no reason given")
    )
    timeline.log(env, order, sentence, party=order.party, tone="bad")
    env.hooks.purchase_order_cancelled(env=env, order=order)


def locked(env: Env, order: Order) -> Order:
    """The order as it is now, its row locked, with its lines and what they name."""
    env.hooks.lock_first(env=env, model=Order.model_name, ids=[order.id])
    model, line = env[Order], env[Line]
    query = (
        select(model)
        .where(model.id == order.id)
        .options(
            selectinload(model.lines).options(
                joinedload(line.product), joinedload(line.unit), selectinload(line.taxes)
            ),
            joinedload(model.party),
        )
        .with_for_update(of=model, key_share=True)
        .execution_options(populate_existing=True)
    )
    found = env.session.scalars(query).one()
    note_held(env, found)
    progress.locked(env)[found.id] = found
    return found


def fulfilled(line: Line) -> Decimal:
    """What a line cannot go below: received and kept, or billed."""
    return max(line.kept_quantity, line.billed)


def recompute(_env: Env, order: Order) -> None:
    """Amounts that follow from the lines. Nothing is flushed."""
    amounts.recompute(order)


def _prepare(env: Env, order: Order, *, minimum: bool = True) -> None:
    """Amounts at the rate of today, and every rule that does not depend on who asks."""
    amounts.recompute(order)
    order.rate = currencies.rate_on(env, order.currency)
    order.net_company = round_money(order.net * order.rate, env.company.currency)
    if not any(line.quantity > 0 for line in order.products):
        raise NothingOrdered(order)
    for line in order.products:
        if line.quantity < fulfilled(line):
            raise BelowFulfilled(line, fulfilled(line))
    vendor = cast("Vendor", order.party)
    if vendor.purchases_blocked:
        raise VendorBlocked(vendor)
    if minimum and vendor.minimum_order is not None and order.net < vendor.minimum_order:
        raise BelowMinimum(order, vendor.minimum_order)


def _bind(env: Env, order: Order) -> None:
    if order.number is None:
        order.number = _next_number(env, order)
    order.state, order.reason = OrderState.CONFIRMED, None
    progress.settle(env, order)


def _confirmed(env: Env, order: Order) -> None:
    sentence = _(
        "Order {number} confirmed, {amount}",
        number=order.number,
        amount=Amount(order.total, order.currency),
    )
    timeline.log(env, order, sentence, party=order.party, tone="ok")
    env.hooks.purchase_order_confirmed(env=env, order=order)


def _filled(env: Env, given: LineInput, position: int) -> Line:
    product = given.product
    unit = given.unit or (product.unit if product else None)
    line = env[Line](
        **NOTHING_YET,
        position=position,
        kind=given.kind,
        product=product,
        product_id=product.id if product else None,
        description=given.description or (product.name if product else ""),
        vendor_code=given.vendor_code,
        quantity=given.quantity,
        unit=unit,
        unit_id=unit.id if unit else None,
        unit_price=given.unit_price,
        discount=given.discount,
        expected_on=given.expected_on,
        **dict(given.extra),
    )
    line.taxes = list(given.taxes)
    return line


def _next_number(env: Env, order: Order) -> str:
    year = order.order_date.year
    with env.session.no_autoflush:  # the order is written once, with its number
        return f"P-{year}-{env.next_number('erp_purchase.order', str(year)):04}"
