"""Invoice a deposit on an order, and take it back from its invoices, with its tax.

Each invoice takes back the share of the deposit that it is of the order, tax by tax; the one that leaves
nothing to invoice takes the rest, and what even that one cannot bear is credited, so that the account of
deposits holds nothing in the end. The tax of a deposit is due
with it (CGI, art. 269, 2-a).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.catalog.services import amounts
from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState, LineKind
from addons.erp_accounting.services import drafting, invoices, ledgers
from addons.erp_accounting.services.drafting import LineDraft
from addons.erp_orders.models import LIVE, InvoicePolicy, Order
from addons.erp_orders.services import orders
from addons.erp_orders.wires.accounting.models import OrderInvoice, OrderInvoiceLine
from core.api import (
    HUNDRED,
    ZERO,
    Invalid,
    RuleBroken,
    _,
    format_quantity,
    round_half_up,
    round_money,
    writing_closed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select

    from addons.base.models import Party
    from addons.catalog.models import Tax
    from addons.erp_accounting.models import InvoiceLine
    from core.api import Env

Key = tuple[int, ...]
"""The ids of a set of taxes: a deposit has one line for each set on its order."""


class DepositFirst(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is invoiced by a deposit first.", order=order.title),
            hint=_("Invoice the deposit and post it, or choose another way of invoicing."),
        )


class DepositAlready(RuleBroken):
    def __init__(self, order: Order, percent: Decimal) -> None:
        super().__init__(
            _(
                "Deposits of {order} come to {percent} % already.",
                order=order.title,
                percent=format_quantity(percent),
            ),
            hint=_("Invoice at most what is left of the order."),
        )


def invoice_deposit(env: Env, order: Order, *, percent: Decimal) -> Invoice:
    """A draft deposit invoice of a share of the order: one line for each set of taxes."""
    order = orders.locked(env, order)
    if not order.is_live:
        raise orders.NotConfirmed(order)
    if not 0 < percent <= HUNDRED:
        raise Invalid(fields={"percent": _("Choose more than nothing and at most all of it.")})
    bases = _bases(order)
    before: dict[Key, Decimal] = {}
    for line in _deposit_lines(env, order, drafts=True):
        before[_key(line.taxes)] = before.get(_key(line.taxes), ZERO) + line.quantity * line.unit_price
    whole = sum((amount for _taxes, amount in bases.values()), ZERO)
    already = round_half_up(sum(before.values(), ZERO) / whole * HUNDRED, 2) if whole else ZERO
    if already + percent > HUNDRED:
        raise DepositAlready(order, already)
    due = {
        key: min(
            round_money(amount * percent / HUNDRED, order.currency), max(amount - before.get(key, ZERO), ZERO)
        )
        for key, (_taxes, amount) in bases.items()
    }
    if already + percent == HUNDRED:
        due = {key: max(amount - before.get(key, ZERO), ZERO) for key, (_taxes, amount) in bases.items()}
    account = ledgers.account_id(env, "deposits")
    text = _("Deposit of {percent} %, {order}", percent=format_quantity(percent), order=order.title)
    lines = [
        LineDraft(
            description=str(text),
            unit_price=due[key],
            taxes=list(taxes),
            account=account,
        )
        for key, (taxes, _amount) in bases.items()
        if due[key]
    ]
    return invoices.draft(
        env,
        InvoiceKind.CUSTOMER_INVOICE,
        order.party,
        lines,
        currency=order.currency,
        their_reference=order.customer_reference or "",
        origin=order.number or "",
        owner_id=order.owner_id,
        values={"order_id": order.id, "is_deposit": True},
    )


def refuse_without(env: Env, order: Order) -> None:
    """An order with a deposit is invoiced once its deposit is."""
    if order.policy is InvoicePolicy.DEPOSIT and not _deposit_lines(env, order):
        raise DepositFirst(order)


def deduct(env: Env, order: Order, invoice: Invoice, *, final: bool) -> None:
    """Take the deposits of an order back on a draft: the share it is of the order, or the rest."""
    deposits = _deposit_lines(env, order)
    if not deposits or invoice.kind is not InvoiceKind.CUSTOMER_INVOICE:
        return
    left = _left(env, deposits)
    priced = _prices(invoice)
    position = max((line.position for line in invoice.lines), default=0)
    taking = _within(left, priced) if final else _shares(order, left, priced)
    with writing_closed(invoice):
        for line, amount in taking.items():
            if amount <= 0:
                continue
            position += 1
            invoice.lines.append(
                env[OrderInvoiceLine](
                    company_id=invoice.company_id,
                    position=position,
                    kind=LineKind.PRODUCT,
                    description=str(_("Deposit {number} deducted", number=line.invoice.number or "")),
                    quantity=Decimal(-1),
                    unit_price=amount,
                    discount=ZERO,
                    account_id=line.account_id,
                    taxes=list(line.taxes),
                    deposit_id=line.invoice_id,
                )
            )
        drafting.recompute(env, invoice)


def give_back(env: Env, order: Order) -> Invoice | None:
    """A draft credit note of what the deposits of an order came to beyond its invoices, once all of it is
    invoiced; None when they came to no more."""
    kind = InvoiceKind.CUSTOMER_CREDIT_NOTE
    lines = [
        LineDraft(
            description=str(_("Deposit {number}, not used", number=line.invoice.number or "")),
            unit_price=amount,
            taxes=list(line.taxes),
            account=line.account_id,
            values={"deposit_id": line.invoice_id},
        )
        for line, amount in _left(env, _deposit_lines(env, order)).items()
        if amount > 0
    ]
    if not lines:
        return None
    return invoices.draft(
        env,
        kind,
        order.party,
        lines,
        currency=order.currency,
        their_reference=order.customer_reference or "",
        origin=order.number or "",
        owner_id=order.owner_id,
        values={"order_id": order.id},
    )


def are_held(env: Env, order: Order) -> bool:
    """Whether posted deposits of an order are neither credited nor taken back by posted invoices."""
    deposits = _deposit_lines(env, order)
    return any(amount > 0 for amount in _left(env, deposits, drafts=False).values())


def _left(env: Env, deposits: Sequence[InvoiceLine], *, drafts: bool = True) -> dict[InvoiceLine, Decimal]:
    """What was not taken back of each line of a deposit."""
    taken = _taken(env, [line.invoice_id for line in deposits], drafts=drafts)
    return {
        line: line.quantity * line.unit_price - taken.get((line.invoice_id, _key(line.taxes)), ZERO)
        for line in deposits
    }


def _prices(invoice: Invoice) -> dict[Key, Decimal]:
    """What the lines of an invoice come to for each set of taxes, as prices are."""
    found: dict[Key, Decimal] = {}
    for line in _priced(invoice):
        price = line.quantity * line.unit_price * (HUNDRED - line.discount) / HUNDRED
        found[_key(line.taxes)] = found.get(_key(line.taxes), ZERO) + round_money(price, invoice.currency)
    return found


def _shares(
    order: Order, left: Mapping[InvoiceLine, Decimal], priced: Mapping[Key, Decimal]
) -> dict[InvoiceLine, Decimal]:
    """Of each deposit the share that an invoice is of the order, tax by tax: else an invoice of goods with a
    low rate would take back the tax of others."""
    bases = {key: amount for key, (_taxes, amount) in _bases(order).items()}
    found = {}
    for line, rest in left.items():
        key = _key(line.taxes)
        base = bases.get(key, ZERO)
        share = min(priced.get(key, ZERO) / base, Decimal(1)) if base else ZERO
        found[line] = min(round_money(line.quantity * line.unit_price * share, order.currency), rest)
    return _within(found, priced)


def _within(left: Mapping[InvoiceLine, Decimal], priced: Mapping[Key, Decimal]) -> dict[InvoiceLine, Decimal]:
    """So much of the deposits as an invoice bears, tax by tax: less may have been delivered than was paid
    ahead."""
    room = dict(priced)
    found = {}
    for line, amount in left.items():
        key = _key(line.taxes)
        found[line] = min(amount, room.get(key, ZERO))
        room[key] = room.get(key, ZERO) - found[line]
    return found


def not_deducted(env: Env, party: Party) -> Decimal:
    """What posted deposits of a customer's open orders cover and no posted invoice took back yet.

    Taxes included, in company currency at the rate of the order, and never more than its order has left to
    invoice: the part of the order that is owed, or paid, with the deposit already.
    """
    model, order = env[OrderInvoice], env[Order]
    query = (
        select(model, order)
        .join(order, order.id == model.order_id)
        .where(
            order.party_id == party.id,
            order.company_id == env.company_id,
            order.state.in_(LIVE),
            model.is_deposit,
            model.kind == InvoiceKind.CUSTOMER_INVOICE,
            model.state == InvoiceState.POSTED,
            model.id.not_in(_credited(env)),
        )
        .order_by(model.id)
    )
    rows = env.session.execute(query).all()
    taken: dict[int, Decimal] = {}
    for (deposit_id, _taxes), amount in _taken(env, [one.id for one, _order in rows], drafts=False).items():
        taken[deposit_id] = taken.get(deposit_id, ZERO) + amount
    open_now: dict[Order, Decimal] = {}
    for one, its in rows:
        whole = sum((line.quantity * line.unit_price for line in _priced(one)), ZERO)
        left = one.total * (whole - taken.get(one.id, ZERO)) / whole if whole else ZERO
        open_now[its] = open_now.get(its, ZERO) + max(left, ZERO)
    home = env.company.currency
    return sum(
        (round_money(min(left, its.to_invoice) * its.rate, home) for its, left in open_now.items()), ZERO
    )


def _bases(order: Order) -> dict[Key, tuple[Sequence[Tax], Decimal]]:
    """What each set of taxes is charged on, as prices are: with the taxes that are included in them."""
    found: dict[Key, tuple[Sequence[Tax], Decimal]] = {}
    result = amounts.taxed(order)
    for line, share in zip(order.products, result.lines, strict=True):
        included = sum((part for tax, part in share.taxes if tax.included), ZERO)
        taxes, amount = found.get(_key(line.taxes), (line.taxes, ZERO))
        found[_key(line.taxes)] = (taxes, amount + share.net + included)
    return found


def _deposit_lines(env: Env, order: Order, *, drafts: bool = False) -> list[InvoiceLine]:
    """The lines of the posted deposit invoices of an order; one that was credited counts no more."""
    model = env[OrderInvoice]
    states = (InvoiceState.POSTED, InvoiceState.DRAFT) if drafts else (InvoiceState.POSTED,)
    query = (
        select(model)
        .where(
            model.order_id == order.id,
            model.is_deposit,
            model.kind == InvoiceKind.CUSTOMER_INVOICE,
            model.state.in_(states),
            model.id.not_in(_credited(env)),
        )
        .order_by(model.id)
    )
    return [line for found in env.session.scalars(query) for line in _priced(found)]


def _priced(invoice: Invoice) -> list[InvoiceLine]:
    return [line for line in invoice.lines if line.kind is LineKind.PRODUCT]


def _credited(env: Env) -> Select[int | None]:
    """The ids of invoices that were credited."""
    model = env[OrderInvoice]
    return select(model.credit_of_id).where(
        model.credit_of_id.is_not(None), model.state == InvoiceState.POSTED
    )


def _taken(env: Env, deposit_ids: Sequence[int], *, drafts: bool = True) -> dict[tuple[int, Key], Decimal]:
    """What invoices take back of deposits already, drafts too, by deposit and set of taxes."""
    line, invoice = env[OrderInvoiceLine], env[OrderInvoice]
    counts = invoice.state != InvoiceState.CANCELLED if drafts else invoice.state == InvoiceState.POSTED
    rows = env.session.execute(
        select(line, invoice.kind)
        .join(invoice, invoice.id == line.invoice_id)
        .where(line.deposit_id.in_(deposit_ids), counts)
    )
    found: dict[tuple[int, Key], Decimal] = {}
    for one, kind in rows:
        sign = 1 if kind == InvoiceKind.CUSTOMER_INVOICE else -1
        key = (one.deposit_id or 0, _key(one.taxes))
        found[key] = found.get(key, ZERO) - sign * one.quantity * one.unit_price
    return found


def _key(taxes: Sequence[Tax]) -> Key:
    return tuple(sorted(tax.id for tax in taxes))
