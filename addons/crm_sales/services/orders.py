"""Take an order, confirm it, amend it while nothing contradicts, or cancel it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import AddressKind
from addons.base.services import addresses, currencies, timeline
from addons.base.services.sentences import Amount
from addons.catalog.services.prices import list_of
from addons.catalog.services.taxed import lines_of
from addons.crm_sales.models import Order, OrderLine, OrderStatus
from addons.crm_sales.services import lines, numbering, ownership
from core.api import Invalid, RuleBroken, _, copied, writing_closed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from addons.base.models import Party
    from addons.crm_sales.models import Opportunity, Quote
    from addons.crm_sales.services.lines import LineDraft
    from core.api import Env

LATER = ("confirmed_at", "cancelled_at", "cancel_reason")
"""Empty at first; said so that the database need not be asked for them."""


class NotDraft(RuleBroken):
    """Confirmed once is enough."""

    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Order {number} is already {status}.", number=order.number, status=order.status),
            hint=_("Open it to see its progress."),
        )


class NotConfirmed(RuleBroken):
    """Only a confirmed order is amended; a draft is simply changed."""

    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Order {number} is {status}.", number=order.number, status=order.status),
            hint=_("Create a new order."),
        )


def create(
    env: Env,
    party: Party,
    drafts: Sequence[LineDraft] = (),
    *,
    opportunity: Opportunity | None = None,
    on: date | None = None,
    currency: str = "",
    number: str = "",
    **values: Any,
) -> Order:
    """A draft for a customer; prices and taxes that the lines leave out come from the catalog."""
    day = on or env.today()
    price_list = values.pop("price_list", None) or list_of(env, party)
    money = currency or (price_list.currency if price_list else env.company.currency)
    owner_id = values.pop("owner_id", None) or env.user.id or None
    order = env[Order](
        **{
            "party": party,
            "opportunity": opportunity,
            "price_list": price_list,
            "currency": currencies.check(env, money),
            "order_date": day,
            "status": OrderStatus.DRAFT,
            "owner_id": owner_id,
            "team_id": ownership.team_of(env, owner_id),
            "invoice_address": addresses.as_text(env, party, AddressKind.INVOICE),
            "delivery_address": addresses.as_text(env, party, AddressKind.DELIVERY),
            "terms": env.setting("crm_sales.terms") or None,
        }
        | dict.fromkeys(LATER)
        | values
    )
    _check_dates(order)
    order.lines = lines.build(
        env, env[OrderLine], drafts, price_list=price_list, currency=order.currency, on=day
    )
    lines.total(order, order.lines)
    order.number = number or numbering.take(env, numbering.ORDER, day)
    with writing_closed(order):
        env.session.add(order)
        env.session.flush()
    timeline.log(env, order, _("Order {number} created", number=order.number), party=party)
    return order


def from_quote(env: Env, quote: Quote) -> Order:
    """The order in draft of an accepted quote, line by line the same."""
    day = env.today()
    order = copied(
        quote,
        without=("number",),
        values=dict.fromkeys(LATER)
        | {
            "party": quote.party,
            "quote": quote,
            "status": OrderStatus.DRAFT,
            "order_date": day,
            "lines": lines.copies(env[OrderLine], lines_of(env, quote)),
        },
        to=env[Order],
    )
    if order.requested_date is not None and order.requested_date < day:
        order.requested_date = None
    order.number = numbering.take(env, numbering.ORDER, day)
    with writing_closed(order):
        env.session.add(order)
        env.session.flush()
    sentence = _("Order {number} created from quote {quote}", number=order.number, quote=quote.reference)
    timeline.log(env, order, sentence, party=quote.party)
    return order


def of_quote(env: Env, quote: Quote) -> Order:
    """The order an accepted quote became."""
    model = env[Order]
    return env.session.scalars(select(model).where(model.quote_id == quote.id)).one()


def confirm(env: Env, order: Order, *, on: date | None = None) -> None:
    """Promise it to the customer and tell the enabled addons; ``on`` for orders taken on an earlier day."""
    env.lock(order)
    if not order.is_draft:
        raise NotDraft(order)
    order_lines = lines_of(env, order)
    if not any(line.is_product for line in order_lines):
        raise lines.NoLines(order)
    with writing_closed(order):
        if on is not None:
            order.order_date = on
        _check_dates(order)
        lines.total(order, order_lines)
        order.status, order.confirmed_at = OrderStatus.CONFIRMED, env.now()
        if not order.party.is_customer:
            order.party.is_customer = True
        amount = Amount(order.total, order.currency)
        sentence = _("Order {number} confirmed, {amount}", number=order.number, amount=amount)
        timeline.log(env, order, sentence, party=order.party, tone="ok")
    env.hooks.sales_order_confirmed(env=env, order=order)


def amend(
    env: Env, order: Order, drafts: Mapping[int, Mapping[str, Any]] | None = None, **values: Any
) -> None:
    """Change lines (by their id: quantity, unit_price, discount, description) and dates of a confirmed
    order.
    """
    env.lock(order)
    if not order.is_confirmed:
        raise NotConfirmed(order)
    before = {"total": order.total}
    by_id = {line.id: line for line in order.lines}
    with writing_closed(order):
        for line_id, changes in (drafts or {}).items():
            if line_id not in by_id:
                message = _("Line {id} is not part of order {number}.", id=line_id, number=order.number)
                raise Invalid(fields={"lines": message})
            for name, value in changes.items():
                setattr(by_id[line_id], name, value)
        for name, value in values.items():
            setattr(order, name, value)
        amended(env, order, before)


def amended(env: Env, order: Order, before: Mapping[str, Any]) -> None:
    """Finish a change of a confirmed order: dates, totals, timeline, and the other addons' consent."""
    _check_dates(order)
    order_lines = lines_of(env, order)
    if not any(line.is_product for line in order_lines):
        raise lines.NoLines(order)
    lines.total(order, order_lines)
    env.session.flush()
    old = before.get("total", order.total)
    if order.total != old:
        sentence = _(
            "Order {number} amended, from {old} to {new}",
            number=order.number,
            old=Amount(old, order.currency),
            new=Amount(order.total, order.currency),
        )
    else:
        sentence = _("Order {number} amended", number=order.number)
    timeline.log(env, order, sentence, party=order.party)
    env.hooks.sales_order_amended(env=env, order=order)


def cancel(env: Env, order: Order, reason: str = "") -> None:
    """Take the promise back; a confirmed order needs a reason and the other addons' consent."""
    env.lock(order)
    if order.status == OrderStatus.CANCELLED:
        raise NotDraft(order)
    was_confirmed = order.is_confirmed
    why = reason.strip()
    if was_confirmed and not why:
        raise Invalid(fields={"reason": _("Say why the order is cancelled.")})
    with writing_closed(order):
        order.status, order.cancelled_at = OrderStatus.CANCELLED, env.now()
        order.cancel_reason = why or None
    if why:
        sentence = _("Order {number} cancelled: {reason}", number=order.number, reason=why[:200])
    else:
        sentence = _("Order {number} cancelled", number=order.number)
    timeline.log(env, order, sentence, party=order.party, tone="bad")
    if was_confirmed:
        env.hooks.sales_order_cancelled(env=env, order=order)


def recompute(env: Env, order: Order) -> None:
    """Bring the totals in step with the lines."""
    lines.total(order, lines_of(env, order))


def _check_dates(order: Order) -> None:
    if order.requested_date is not None and order.requested_date < order.order_date:
        message = _("Choose {day} or later: the order is of that day.", day=order.order_date)
        raise Invalid(fields={"requested_date": message})
