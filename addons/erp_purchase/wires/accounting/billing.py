"""Bill what was received or ordered, and know what is billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from addons.catalog.models import Unit
from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState
from addons.erp_accounting.services import drafting, invoices, ledgers
from addons.erp_accounting.services.drafting import LineDraft
from addons.erp_purchase.models import Line, OrderState
from addons.erp_purchase.services import orders, progress
from addons.erp_purchase.services.refusals import NotConfirmed
from addons.erp_purchase.wires.accounting.models import BilledInvoice, BilledLine
from core.api import ZERO, RuleBroken, _, round_half_up, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_purchase.models import Order
    from core.api import Env

NOTES = (InvoiceKind.SUPPLIER_CREDIT_NOTE,)
KINDS = (InvoiceKind.SUPPLIER_INVOICE, InvoiceKind.SUPPLIER_CREDIT_NOTE)


class NothingToBill(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("There is nothing to bill on {order} now.", order=order.title),
            hint=_("Bills follow what was received: receive first, or bill what was ordered."),
        )


class StillBilled(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is billed, at least in part.", order=order.title),
            hint=_("Take a credit note for its bills first."),
        )


class NotABill(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} is no draft of a supplier invoice.", invoice=invoice.title),
            hint=_("Only a draft from a supplier can be matched with an order."),
        )


class OtherVendor(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is an order to {vendor}.", order=order.title, vendor=order.party.name),
            hint=_("Choose an order to the vendor of the bill."),
        )


class NothingInCommon(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("No line of the bill has a product of {order}.", order=order.title),
            hint=_("Choose the products on the lines of the bill, or another order."),
        )


def create_bill(
    env: Env, order: Order, *, on: date | None = None, most: Mapping[int, Decimal] | None = None
) -> Invoice:
    """Draft the bill of what may be billed by now; a credit note when more was billed than that.

    Quantities on drafts count as billed here, so asking twice does not bill twice. ``most``: at most so much
    of these lines and nothing of others, as when a receipt is billed.
    """
    order = orders.locked(env, order)
    if not order.is_live:
        raise NothingToBill(order)
    if order.state is OrderState.CHANGING:
        raise NotConfirmed(order)
    with env.system("bill a purchase order") as system:
        drafted = sums(system, [line.id for line in order.products], drafts=True)
    open_now = [
        (line, progress.billable(env, order, line) - drafted.get(line.id, {}).get("billed", ZERO))
        for line in order.products
    ]
    due = [(line, quantity) for line, quantity in open_now if quantity > 0]
    if most is not None:
        due = [(line, min(quantity, most[line.id])) for line, quantity in due if most.get(line.id, ZERO) > 0]
    kind = InvoiceKind.SUPPLIER_INVOICE
    if not due and most is None:
        due = [(line, -quantity) for line, quantity in open_now if quantity < 0]
        kind = InvoiceKind.SUPPLIER_CREDIT_NOTE
    if not due:
        raise NothingToBill(order)
    return invoices.draft(
        env,
        kind,
        order.party,
        [_line(env, line, quantity) for line, quantity in due],
        date=on,
        currency=order.currency,
        their_reference=order.vendor_reference or "",
        origin=order.number or "",
        owner_id=order.owner_id,
        values={"purchase_order_id": order.id},
    )


def match_with(env: Env, invoice: Invoice, order: Order) -> None:
    """Say that a bill written by hand or imported is for an order: its lines by their products."""
    if not invoice.is_draft or invoice.kind not in KINDS:
        raise NotABill(invoice)
    order = orders.locked(env, order)
    if order.party_id != invoice.party_id:
        raise OtherVendor(order)
    free = {line.product_id: line for line in reversed(order.products) if line.product_id}
    ours = [
        (line, free[line.product_id])
        for line in invoice.lines
        if isinstance(line, BilledLine) and line.product_id in free
    ]
    if not ours:
        raise NothingInCommon(order)
    with writing_closed(invoice):
        for line, ordered in ours:
            line.purchase_line_id, line.purchase_line = ordered.id, ordered
            if (account := account_for(env, ordered)) is not None:
                line.account_id = account
        if isinstance(invoice, BilledInvoice):
            invoice.purchase_order_id = order.id
        invoice.origin = invoice.origin or order.number or ""
        drafting.recompute(env, invoice)


def hold_orders(env: Env, invoice_ids: Sequence[int]) -> None:
    """Lock the orders of drafts before those: posted bills no longer change what is billed."""
    found = [env.session.get(env[BilledInvoice], number) for number in invoice_ids]
    drafts = [bill for bill in found if bill is not None and bill.is_draft and bill.kind in KINDS]
    lines = [line for bill in drafts for line in order_lines(bill)]
    if lines:
        with env.system("hold the orders of bills") as system:
            progress.orders_of(system, sorted(set(lines)))


def progressed(env: Env, invoice: Invoice) -> None:
    """Recompute what is billed of the orders on a posted bill or credit note."""
    lines = order_lines(invoice)
    if lines:
        with env.system("progress of purchase orders from a bill") as system:
            progress.orders_of(system, lines)
            progress.record(system, lines, sums(system, lines), ("billed",))


def refuse_billed(env: Env, order: Order) -> None:
    """A cancelled order leaves no draft bill behind, and no posted one that is not credited."""
    if any(line.billed for line in order.products):
        raise StillBilled(order)
    with env.system("give up the draft bills of a cancelled purchase order") as system:
        invoice = system[BilledInvoice]
        drafts = select(invoice).where(
            invoice.purchase_order_id == order.id, invoice.state == InvoiceState.DRAFT
        )
        for found in system.session.scalars(drafts).all():
            invoices.cancel(system, found)


def order_lines(invoice: Invoice) -> list[int]:
    """The order lines that a bill is for."""
    return sorted(
        {
            line.purchase_line_id
            for line in invoice.lines
            if isinstance(line, BilledLine) and line.purchase_line_id
        }
    )


def sums(
    env: Env, line_ids: Iterable[int] | None = None, *, drafts: bool = False
) -> Mapping[int, Mapping[str, Decimal]]:
    """Billed less credited per order line, in the line's unit, from posted documents; with ``drafts`` from
    drafts too."""
    line, invoice, ordered = env[BilledLine], env[BilledInvoice], env[Line]
    quantity, units = in_order_unit(env, line, ordered)
    states = (InvoiceState.POSTED, InvoiceState.DRAFT) if drafts else (InvoiceState.POSTED,)
    signed = case((invoice.kind.in_(NOTES), -quantity), else_=quantity)
    query = (
        select(line.purchase_line_id, func.sum(signed))
        .join(invoice, invoice.id == line.invoice_id)
        .join(ordered, ordered.id == line.purchase_line_id)
        .where(invoice.kind.in_(KINDS), invoice.state.in_(states))
        .group_by(line.purchase_line_id)
    )
    for unit, key in units:
        query = query.outerjoin(unit, unit.id == key)
    if line_ids is not None:
        query = query.where(line.purchase_line_id.in_(sorted(line_ids)))
    return {
        found: {"billed": round_half_up(quantity, 6)}
        for found, quantity in env.session.execute(query)
        if found is not None
    }


def in_order_unit(env: Env, line: Any, ordered: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    """The quantity of a bill's line in the unit of the order's line, and the units to join for it."""
    billed_in, ordered_in = aliased(env[Unit]), aliased(env[Unit])
    same = billed_in.category == ordered_in.category
    quantity = case((same, line.quantity * billed_in.factor / ordered_in.factor), else_=line.quantity)
    return quantity, [(billed_in, line.unit_id), (ordered_in, ordered.unit_id)]


def account_for(env: Env, line: Line) -> int | None:
    """Goods that stock keeps are billed against what was received; None leaves it to the product."""
    if env.enabled("erp_stock") and line.is_goods:
        return ledgers.account_id(env, "goods_received")
    return None


def _line(env: Env, line: Line, quantity: Decimal) -> LineDraft:
    return LineDraft(
        product=line.product,
        description=line.description,
        quantity=quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        taxes=list(line.taxes),
        account=account_for(env, line),
        unit=line.unit,
        values={"purchase_line_id": line.id},
    )
