"""Take, confirm, change, hold and cancel customer orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from addons.base.services import currencies, timeline
from addons.base.services.sentences import Amount
from addons.catalog.services import amounts
from addons.erp_orders.models import InvoicePolicy, Line, LineKind, Order, OrderState, over_delivery_of
from addons.erp_orders.services import credit, progress
from addons.erp_orders.services.refusals import (
    AgreedElsewhere,
    AlreadyFulfilled,
    BelowFulfilled,
    MilestonesIncomplete,
    NoMilestoneLeft,
    NotADraft,
    NotConfirmed,
    NothingOrdered,
)
from core.api import HUNDRED, ZERO, _, note_held, writing_closed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from addons.base.models import Address, Party
    from addons.catalog.models import Product, Tax, Unit
    from addons.erp_orders.models import Customer, Milestone
    from core.api import Env


__all__ = [
    "AlreadyFulfilled",
    "BelowFulfilled",
    "LineInput",
    "MilestonesIncomplete",
    "NoMilestoneLeft",
    "NotADraft",
    "NotConfirmed",
    "NothingOrdered",
    "amend",
    "cancel",
    "change",
    "close_rest",
    "complete_line",
    "confirm",
    "create",
    "hold",
    "locked",
    "place",
    "reach_milestone",
    "recompute",
    "release",
    "under_delivery_of",
]


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as it should be. ``key`` finds the line it stands for when an order is amended: (column,
    value)."""

    product: Product | None
    quantity: Decimal = Decimal(1)
    unit: Unit | None = None
    unit_price: Decimal = ZERO
    discount: Decimal = ZERO
    taxes: Sequence[Tax] = ()
    description: str = ""
    kind: LineKind = LineKind.PRODUCT
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Columns that other addons added to the line."""
    product_id: int | None = None
    unit_id: int | None = None
    tax_ids: tuple[int, ...] = ()
    """Ids instead of records, for whoever holds them in another session; see ``loading.with_records``."""


def create(
    env: Env,
    party: Party,
    lines: Sequence[LineInput],
    *,
    number: str | None = None,
    order_date: date | None = None,
    requested_date: date | None = None,
    promised_date: date | None = None,
    address: Address | None = None,
    currency: str = "",
    customer_reference: str | None = None,
    owner_id: int | None = None,
    policy: InvoicePolicy = InvoicePolicy.DELIVERED,
    extra: Mapping[str, Any] | None = None,
) -> Order:
    """Write a draft with its lines and amounts. ``extra``: columns that other addons added to the order."""
    order = _new(
        env,
        party,
        lines,
        number=number,
        order_date=order_date or env.today(),
        requested_date=requested_date,
        promised_date=promised_date,
        address_id=address.id if address else None,
        currency=currency or env.company.currency,
        customer_reference=customer_reference,
        owner_id=owner_id,
        policy=policy,
        **(extra or {}),
    )
    with writing_closed(order):
        env.session.add(order)
    return order


def place(env: Env, party: Party, lines: Sequence[LineInput], *, number: str, **values: Any) -> Order:
    """Write an order that is confirmed from the start: the door for orders agreed elsewhere. Checked like
    any other."""
    order = _new(env, party, lines, number=number, state=OrderState.CONFIRMED, **values)
    with env.session.no_autoflush:
        _check(env, order)
        progress.settle(env, order)
    with writing_closed(order):
        env.session.add(order)
    progress.locked(env)[order.id] = order
    env.hooks.customer_order_confirmed(env=env, order=order)
    return order


def confirm(env: Env, order: Order, *, despite_limit: bool = False) -> None:
    """Make a draft binding, or a change of a confirmed order."""
    order = locked(env, order)
    if order.state not in {OrderState.DRAFT, OrderState.CHANGING}:
        raise NotADraft(order)
    changed = order.state is OrderState.CHANGING
    agreed = order.to_invoice if changed else ZERO
    with writing_closed(order):
        amounts.recompute(order)
        _check(env, order, despite_limit=despite_limit, smaller=0 < progress.open_amount(order) <= agreed)
        if order.number is None:
            order.number = _next_number(env, order)
        order.state = OrderState.CONFIRMED
        progress.settle(env, order)
    sentence = _("Order {number} changed", number=order.number) if changed else _confirmed(order)
    timeline.log(env, order, sentence, party=order.party, tone="" if changed else "ok")
    if changed:
        env.hooks.customer_order_amended(env=env, order=order)
    else:
        env.hooks.customer_order_confirmed(env=env, order=order)


def change(env: Env, order: Order) -> None:
    """Open a confirmed order for changes; they count once they are confirmed."""
    order = locked(env, order)
    if order.state not in {OrderState.CONFIRMED, OrderState.DONE}:
        raise NotConfirmed(order)
    if order.agreed_in:
        raise AgreedElsewhere(order)
    with writing_closed(order):
        order.state = OrderState.CHANGING


def amend(env: Env, order: Order, lines: Sequence[LineInput], *, match: str, **values: Any) -> None:
    """Change a confirmed order to these lines in one go; ``match`` is the extra column that identifies a
    line."""
    order = locked(env, order)
    if order.state not in {OrderState.CONFIRMED, OrderState.CHANGING, OrderState.DONE}:
        raise NotConfirmed(order)
    agreed = order.to_invoice
    with writing_closed(order):
        order.lines = _matched(env, order, lines, match)
        for name, value in values.items():
            setattr(order, name, value)
        amounts.recompute(order)
        _check(env, order, smaller=0 < progress.open_amount(order) <= agreed)
        order.state = OrderState.CONFIRMED
        progress.settle(env, order)
    env.hooks.customer_order_amended(env=env, order=order)


def cancel(env: Env, order: Order, *, reason: str = "", follows: bool = False) -> None:
    """Give up an order of which nothing is with the customer, nor invoiced.

    ``follows``: it was given up where it was agreed.
    """
    order = locked(env, order)
    if order.state in {OrderState.CANCELLED, OrderState.DONE}:
        raise NotConfirmed(order)
    if order.agreed_in and not follows:
        raise AgreedElsewhere(order)
    if any(line.kept_quantity or line.invoiced for line in order.products):
        raise AlreadyFulfilled(order)
    was_live = order.is_live
    with writing_closed(order):
        order.state, order.reason = OrderState.CANCELLED, reason or None
        order.to_invoice = ZERO
    sentence = _(
        "Order {order} cancelled: {reason}", order=order.title, reason=reason or _("no reason given")
    )
    timeline.log(env, order, sentence, party=order.party, tone="bad")
    if was_live:
        env.hooks.customer_order_cancelled(env=env, order=order)


def close_rest(env: Env, order: Order) -> None:
    """Deliver nothing more: each line of goods goes down to what was delivered or invoiced."""
    order = locked(env, order)
    if order.state not in {OrderState.CONFIRMED, OrderState.CHANGING}:
        raise NotConfirmed(order)
    if order.agreed_in:
        raise AgreedElsewhere(order)
    goods = [line for line in order.products if line.is_goods]
    if not any(_fulfilled(line) for line in goods):
        raise NothingOrdered(order)
    agreed = order.to_invoice
    with writing_closed(order):
        for line in goods:
            line.quantity = min(line.quantity, _fulfilled(line))
        amounts.recompute(order)
        _check(env, order, smaller=progress.open_amount(order) <= agreed)
        order.state = OrderState.CONFIRMED
        progress.settle(env, order)
    timeline.log(env, order, _("Nothing more is delivered"), party=order.party)
    env.hooks.customer_order_amended(env=env, order=order)


def reach_milestone(env: Env, order: Order, *, on: date | None = None) -> Milestone:
    """Say that the next milestone is reached: its share may be invoiced."""
    order = locked(env, order)
    if not order.is_live:
        raise NotConfirmed(order)
    due = next((one for one in order.milestones if one.reached_on is None), None)
    if due is None:
        raise NoMilestoneLeft(order)
    with writing_closed(order):
        due.reached_on = on or env.today()
    timeline.log(env, order, _("Milestone reached: {name}", name=due.name), party=order.party, tone="ok")
    return due


def hold(env: Env, order: Order, *, reason: str) -> None:
    """Stop deliveries of an order until it is released; what is reserved stays reserved."""
    order = locked(env, order)
    if order.state is not OrderState.CONFIRMED:
        raise NotConfirmed(order)
    with writing_closed(order):
        order.state, order.reason = OrderState.HELD, reason
    timeline.log(env, order, _("Put on hold: {reason}", reason=reason), tone="warn")


def release(env: Env, order: Order) -> None:
    """Let deliveries of a held order go on."""
    order = locked(env, order)
    if order.state is not OrderState.HELD:
        raise NotConfirmed(order)
    with writing_closed(order):
        order.state, order.reason = OrderState.CONFIRMED, None
        progress.settle(env, order)
    timeline.log(env, order, _("Released"), tone="ok")


def locked(env: Env, order: Order) -> Order:
    """The order as it is now, its row locked, with its lines and what they name."""
    env.hooks.lock_first(env=env, model=Order.model_name, ids=[order.id])
    model, line = env[Order], env[Line]
    query = (
        select(model)
        .where(model.id == order.id)
        .options(
            selectinload(model.lines).options(joinedload(line.product), joinedload(line.taxes)),
            joinedload(model.party),
        )
        .with_for_update(of=model, key_share=True)
        .execution_options(populate_existing=True)
    )
    found = env.session.scalars(query).one()
    note_held(env, found)
    progress.locked(env)[found.id] = found
    return found


def complete_line(env: Env, order: Order, line: Line) -> None:
    """Fill in what follows from the product of a line typed by hand."""
    product = line.product
    if product is None:
        return
    line.description = line.description or product.name
    line.unit_id, line.unit = product.unit_id, product.unit
    line.unit_price = product.sale_price
    line.taxes = [tax for tax in product.sale_taxes if tax.company_id == env.company.id]
    line.over_delivery = over_delivery_of(env, product)


def recompute(env: Env, order: Order) -> None:
    """Amounts after a line was edited by hand."""
    amounts.recompute(order)


def _matched(env: Env, order: Order, lines: Sequence[LineInput], match: str) -> list[Line]:
    """The lines that an order is to have, those that stay among them; what was fulfilled stays."""
    known = {getattr(line, match): line for line in order.lines}
    wanted = []
    for position, given in enumerate(lines, start=1):
        line = known.get(given.extra.get(match)) or env[Line](**NOTHING_YET)
        _fill(line, given, position)
        wanted.append(line)
    for line in order.lines:
        if line not in wanted and _fulfilled(line):
            raise BelowFulfilled(line, _fulfilled(line))
    return wanted


NEW = {"state": OrderState.DRAFT, "to_invoice": ZERO, "rate": Decimal(1)}
NOTHING_YET = {"reserved": ZERO, "delivered": ZERO, "returned": ZERO, "invoiced": ZERO}


def _new(env: Env, party: Party, lines: Sequence[LineInput], **values: Any) -> Order:
    order = env[Order](
        party=party, party_id=party.id, **NEW | {"under_delivery": under_delivery_of(party)} | values
    )
    order.currency = order.currency or env.company.currency
    order.order_date = order.order_date or env.today()
    order.policy = order.policy or InvoicePolicy.DELIVERED
    for position, given in enumerate(lines, start=1):
        line = env[Line](**NOTHING_YET)
        _fill(line, given, position)
        order.lines.append(line)
    amounts.recompute(order)
    return order


def _fill(line: Line, given: LineInput, position: int) -> None:
    product = given.product
    unit = given.unit or (product.unit if product else None)
    line.position, line.kind, line.quantity = position, given.kind, given.quantity
    line.product, line.product_id = product, product.id if product else None
    line.unit, line.unit_id = unit, unit.id if unit else None
    line.unit_price, line.discount = given.unit_price, given.discount
    line.description = given.description or (product.name if product else "")
    if list(line.taxes) != list(given.taxes):
        line.taxes = list(given.taxes)
    for name, value in given.extra.items():
        setattr(line, name, value)


def _confirmed(order: Order) -> str:
    return _(
        "Order {number} confirmed, {amount}", number=order.number, amount=Amount(order.total, order.currency)
    )


def _next_number(env: Env, order: Order) -> str:
    year = order.order_date.year
    with env.session.no_autoflush:  # the order is written once, with its number
        return f"C-{year}-{env.next_number('erp_orders.order', str(year)):04}"


def _fulfilled(line: Line) -> Decimal:
    return max(line.kept_quantity, line.invoiced)


def _check(env: Env, order: Order, *, despite_limit: bool = False, smaller: bool = False) -> None:
    """Every rule of a binding order; one that asks for no more than was agreed needs no more credit."""
    if not any(line.quantity > 0 for line in order.products):
        raise NothingOrdered(order)
    for line in order.products:
        if line.most < _fulfilled(line):
            raise BelowFulfilled(line, _fulfilled(line))
    if order.policy is InvoicePolicy.MILESTONE:
        shares = sum((one.share for one in order.milestones), ZERO)
        if shares != HUNDRED:
            raise MilestonesIncomplete(order, shares)
    order.rate = currencies.rate_on(env, order.currency)
    if not smaller:
        credit.check(env, order, despite_limit=despite_limit)


def under_delivery_of(party: Party) -> Decimal:
    """How much of an order this customer does not miss, in percent."""
    return cast("Customer", party).under_delivery or ZERO
