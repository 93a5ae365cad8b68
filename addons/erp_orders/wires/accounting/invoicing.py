"""Invoice what was delivered or ordered, and know what is invoiced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select

from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState, LineKind
from addons.erp_accounting.services import invoices
from addons.erp_accounting.services.drafting import LineDraft
from addons.erp_orders.models import InvoicePolicy, OrderState
from addons.erp_orders.services import orders, progress
from addons.erp_orders.wires.accounting import deposits
from addons.erp_orders.wires.accounting.models import OrderInvoice, OrderInvoiceLine
from core.api import HUNDRED, ZERO, RuleBroken, _, heading_of, round_half_up, round_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.base.models import Party
    from addons.erp_orders.models import Line, Order
    from core.api import Env

NOTES = (InvoiceKind.CUSTOMER_CREDIT_NOTE,)
KINDS = (InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE)
DEPOSITS = 0
"""The key of what stands on deposit invoices, for no line of the order."""


class NothingToInvoice(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("There is nothing to invoice on {order} now.", order=order.title),
            hint=_("Invoices follow what was delivered: deliver first, or invoice what was ordered."),
        )


class StillInvoiced(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is invoiced, at least in part.", order=order.title),
            hint=_("Credit its invoices first."),
        )


def create_invoice(env: Env, order: Order, *, on: date | None = None) -> Invoice:
    """Draft the invoice of what may be invoiced by now; a credit note when more was invoiced than that, or
    when all is invoiced and a deposit came to more.

    Quantities on drafts count as invoiced here, so asking twice does not invoice twice.
    """
    order = orders.locked(env, order)
    if not order.is_live:
        raise NothingToInvoice(order)
    if order.state is OrderState.CHANGING:
        raise orders.NotConfirmed(order)
    deposits.refuse_without(env, order)
    with env.system("invoice a customer order") as system:
        drafted = sums(system, [line.id for line in order.products], drafts=True, deposits_of=order.id)
    open_now = [
        (line, progress.invoiceable(env, order, line) - drafted.get(line.id, {}).get("invoiced", ZERO))
        for line in order.products
    ]
    due = [(line, quantity) for line, quantity in open_now if quantity > 0]
    kind = InvoiceKind.CUSTOMER_INVOICE
    if not due:
        due = [(line, -quantity) for line, quantity in open_now if quantity < 0]
        kind = InvoiceKind.CUSTOMER_CREDIT_NOTE
    if not due:
        if (rest := _unused_deposit(env, order)) is not None:
            return rest
        raise NothingToInvoice(order)
    invoice = invoices.draft(
        env,
        kind,
        order.party,
        _with_headings(order, dict(due), _last_prices(env, order, due)),
        date=on,
        currency=order.currency,
        their_reference=order.customer_reference or "",
        origin=order.number or "",
        owner_id=order.owner_id,
        values={"order_id": order.id},
    )
    if kind is InvoiceKind.CUSTOMER_INVOICE and DEPOSITS in drafted:
        now = {line.id: quantity for line, quantity in due}
        final = all(
            drafted.get(line.id, {}).get("invoiced", ZERO) + now.get(line.id, ZERO)
            >= progress.to_be_invoiced(env, order, line)
            for line in order.products
        )
        deposits.deduct(env, order, invoice, final=final)
    return invoice


def _unused_deposit(env: Env, order: Order) -> Invoice | None:
    invoiced = all(line.invoiced >= progress.to_be_invoiced(env, order, line) for line in order.products)
    return deposits.give_back(env, order) if invoiced else None


def hold_orders(env: Env, invoice_ids: Sequence[int]) -> None:
    """Lock the orders of drafts before those: posted ones no longer change what is invoiced."""
    found = [env.session.get(env[OrderInvoice], number) for number in invoice_ids]
    ids = {one.order_id for one in found if one is not None and one.is_draft and one.order_id is not None}
    if ids:
        with env.system("hold the orders of invoices") as system:
            progress.hold(system, ids)


def progressed(env: Env, invoice: Invoice) -> None:
    """Recompute what is invoiced of the orders on a posted invoice or credit note."""
    lines = {
        line.order_line_id
        for line in invoice.lines
        if isinstance(line, OrderInvoiceLine) and line.order_line_id
    }
    if lines:
        with env.system("progress of customer orders from an invoice") as system:
            progress.record(system, lines, sums(system, lines), ("invoiced",))


def refuse_invoiced(env: Env, order: Order) -> None:
    """A cancelled order leaves no draft invoice behind, and no posted one that is not credited."""
    if any(line.invoiced for line in order.products) or deposits.are_held(env, order):
        raise StillInvoiced(order)
    with env.system("give up the draft invoices of a cancelled order") as system:
        invoice = system[OrderInvoice]
        drafts = select(invoice).where(invoice.order_id == order.id, invoice.state == InvoiceState.DRAFT)
        for found in system.session.scalars(drafts).all():
            invoices.cancel(system, found)


def open_amount(env: Env, party: Party) -> Decimal:
    """What a customer owes on posted invoices, less unsettled credit notes, in company currency.

    Deposits that no invoice took back yet are taken off: they count with their orders, which are owed whole.
    """
    with env.system("what a customer owes, for the credit limit") as system:
        invoice = system[Invoice]
        amount = invoice.open_amount_company
        owed = case((invoice.kind.in_(NOTES), -amount), else_=amount)
        query = select(func.coalesce(func.sum(owed), ZERO)).where(
            invoice.party_id == party.id,
            invoice.company_id == env.company_id,
            invoice.kind.in_(KINDS),
            invoice.state == InvoiceState.POSTED,
        )
        return (system.session.scalar(query) or ZERO) - deposits.not_deducted(system, party)


def sums(
    env: Env, line_ids: Iterable[int] | None = None, *, drafts: bool = False, deposits_of: int | None = None
) -> Mapping[int, Mapping[str, Decimal]]:
    """Invoiced less credited per order line, from posted documents; with ``drafts`` from drafts too.

    ``deposits_of`` an order: the key ``DEPOSITS`` is there when it has deposit invoices; one statement
    answers both.
    """
    line, invoice = env[OrderInvoiceLine], env[OrderInvoice]
    states = (InvoiceState.POSTED, InvoiceState.DRAFT) if drafts else (InvoiceState.POSTED,)
    signed = case((invoice.kind.in_(NOTES), -line.quantity), else_=line.quantity)
    query = (
        select(line.order_line_id, func.sum(signed))
        .join(invoice, invoice.id == line.invoice_id)
        .where(invoice.kind.in_(KINDS), invoice.state.in_(states))
        .group_by(line.order_line_id)
    )
    if line_ids is None:
        query = query.where(line.order_line_id.is_not(None))
    else:
        wanted = line.order_line_id.in_(sorted(line_ids))
        deposits = (invoice.order_id == deposits_of) & invoice.is_deposit & line.order_line_id.is_(None)
        query = query.where(wanted if deposits_of is None else or_(wanted, deposits))
    return {
        order_line or DEPOSITS: {"invoiced": quantity} for order_line, quantity in env.session.execute(query)
    }


def _last_prices(env: Env, order: Order, due: Sequence[tuple[Line, Decimal]]) -> dict[Line, Decimal]:
    """The price with which the last milestone brings a line to exactly what it comes to on the order: each
    share before was rounded on its own invoice."""
    if order.policy is not InvoicePolicy.MILESTONE or any(one.reached_on is None for one in order.milestones):
        return {}
    item, invoice = env[OrderInvoiceLine], env[OrderInvoice]
    with env.system("what milestones came to before") as system:
        query = (
            select(item.order_line_id, item.quantity, item.unit_price, item.discount, invoice.kind)
            .join(invoice, invoice.id == item.invoice_id)
            .where(
                item.order_line_id.in_([line.id for line, _quantity in due]),
                invoice.kind.in_(KINDS),
                invoice.state.in_((InvoiceState.POSTED, InvoiceState.DRAFT)),
            )
        )
        rows = system.session.execute(query).all()
    before: dict[int, Decimal] = {}
    for line_id, quantity, price, discount, kind in rows:
        amount = _price(quantity, price, discount, order)
        before[line_id or 0] = before.get(line_id or 0, ZERO) + (-amount if kind in NOTES else amount)
    found = {}
    for line, quantity in due:
        rest = _price(line.quantity, line.unit_price, line.discount, order) - before.get(line.id, ZERO)
        price = round_half_up(rest * HUNDRED / (HUNDRED - line.discount) / quantity, 6) if rest > 0 else ZERO
        if price and _price(quantity, price, line.discount, order) == rest:
            found[line] = price
    return found


def _price(quantity: Decimal, unit_price: Decimal, discount: Decimal, order: Order) -> Decimal:
    return round_money(quantity * unit_price * (HUNDRED - discount) / HUNDRED, order.currency)


def _with_headings(order: Order, due: dict[Line, Decimal], prices: Mapping[Line, Decimal]) -> list[LineDraft]:
    """What is invoiced under the sections it stands in; a note goes with the line or section before it."""
    found: list[LineDraft] = []
    waiting: list[Line] = []
    follows = True
    for line in order.lines:
        if line in due:
            found += [*map(_heading, waiting), _line(line, due[line], prices.get(line, line.unit_price))]
            waiting, follows = [], True
        elif line.is_product:
            follows = False
        elif heading_of(line) == "section":
            waiting, follows = [line], True
        elif follows and found and not waiting:
            found.append(_heading(line))
        elif follows:
            waiting.append(line)
    return found


def _heading(line: Line) -> LineDraft:
    return LineDraft(
        kind=LineKind(line.kind.value), description=line.description, quantity=ZERO, unit_price=ZERO
    )


def _line(line: Line, quantity: Decimal, unit_price: Decimal) -> LineDraft:
    return LineDraft(
        product=line.product,
        description=line.description,
        quantity=quantity,
        unit_price=unit_price,
        discount=line.discount,
        taxes=list(line.taxes),
        unit=line.unit,
        values={"order_line_id": line.id},
    )
