"""The three-way match: what was ordered, what was received, what is billed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from addons.base.services import timeline
from addons.catalog.services.units import factor
from addons.erp_accounting.models import Account, Invoice, InvoiceKind
from addons.erp_purchase.models import Line, OrderState
from addons.erp_purchase.services import approval, policies, progress
from addons.erp_purchase.wires.accounting import billing
from addons.erp_purchase.wires.accounting.models import BilledInvoice, BilledLine
from core.api import (
    HUNDRED,
    ZERO,
    NotAllowed,
    RuleBroken,
    _,
    currency_quantum,
    format_money,
    format_quantity,
    round_half_up,
    round_money,
    writing_closed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from addons.erp_purchase.models import Order, Policy
    from core.api import Env


class DoesNotMatch(RuleBroken):
    """409; the bill stays a draft."""

    def __init__(self, invoice: Invoice, reasons: Sequence[str]) -> None:
        super().__init__(
            _(
                "The bill of {vendor} does not match. {reasons}",
                vendor=invoice.party.name,
                reasons=" ".join(reasons),
            ),
            hint=_(
                "Ask the vendor for a correct bill, correct the receipt or the order, or ask a purchase"
                " approver to accept the difference."
            ),
        )


class CreditsTooMuch(RuleBroken):
    def __init__(self, line: Line) -> None:
        super().__init__(
            _('"{product}": more would be credited than was billed.', product=line.description),
            hint=_("Credit at most what was billed."),
        )


class NothingToAccept(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} matches its order.", invoice=invoice.title), hint=_("Post it as it is.")
        )


class MayNotAccept(NotAllowed):
    def __init__(self) -> None:
        super().__init__(
            _("You may not accept a bill that does not match."), hint=_("Ask a purchase approver.")
        )


@dataclass(frozen=True, slots=True)
class Match:
    """One line of an order on one bill. Quantities in the order's unit, prices in its currency."""

    line: Line
    order: Order
    received: Decimal
    """What may be billed by the order's policy: received and kept, or ordered."""
    billed_before: Decimal
    billed: Decimal
    """On this bill."""
    ordered_price: Decimal
    """One unit, before tax, after discount."""
    billed_price: Decimal
    quantity_reason: str = ""
    """A sentence, when it is over the tolerance."""
    price_reason: str = ""

    @property
    def fits(self) -> bool:
        return not (self.quantity_reason or self.price_reason)


def matches(env: Env, invoice: Invoice) -> list[Match]:
    """Each order line on a bill against its order; read elevated, since an accountant sees no orders."""
    ids = billing.order_lines(invoice)
    if not ids:
        return []
    with env.system("match a bill with its orders") as system:
        bill = system.get(BilledInvoice, invoice.id)
        orders = progress.orders_of(system, ids)  # locked before what is billed is added up
        posted = billing.sums(system, ids)
        policy = policies.of(system)
        found = []
        for order in orders:
            for line in order.products:
                if line.id in ids:
                    before = posted.get(line.id, {}).get("billed", ZERO)
                    found.append(_match(system, bill, order, line, before, policy))
        return found


def check(env: Env, invoice: Invoice) -> None:
    """Refuse a bill that has just been posted and asks for more than the tolerances allow.

    What somebody accepted for this very total passes. Goods that stock keeps always go through the account
    of goods received: nothing else would clear it.
    """
    ids = billing.order_lines(invoice)
    if not ids:
        return
    if reasons := _wrong_accounts(env, invoice):
        raise DoesNotMatch(invoice, reasons)
    if isinstance(invoice, BilledInvoice) and _accepted(invoice):
        return
    reasons = [reason for match in matches(env, invoice) for reason in _reasons(match)]
    if reasons:
        raise DoesNotMatch(invoice, reasons)


def check_credit(env: Env, invoice: Invoice) -> None:
    """Refuse a credit note for more than was billed."""
    for match in matches(env, invoice):
        if match.billed_before < 0:
            raise CreditsTooMuch(match.line)


def accept(env: Env, invoice: Invoice, *, reason: str) -> None:
    """Let a bill pass that does not match; it counts for the total it has now."""
    if not (env.access.everything or approval.APPROVER in env.access.roles):
        raise MayNotAccept
    if not invoice.is_draft or invoice.kind is not InvoiceKind.SUPPLIER_INVOICE:
        raise billing.NotABill(invoice)
    differing = [match for match in matches(env, invoice) if not match.fits]
    if not differing:
        raise NothingToAccept(invoice)
    with env.system("accept a bill that does not match") as system:
        bill = system.get(BilledInvoice, invoice.id, lock=True)
        with writing_closed(bill):
            bill.match_reason, bill.match_by_id, bill.match_total = reason, env.user.id or None, bill.total
    sentence = _("{user} accepts what does not match: {reason}", user=env.user.name, reason=reason)
    timeline.log(env, invoice, sentence, party=invoice.party, tone="warn")
    for order in {match.order.id: match.order for match in differing}.values():
        timeline.log(env, order, sentence, party=invoice.party, tone="warn")
    env.session.flush()


def _accepted(invoice: BilledInvoice) -> bool:
    return bool(invoice.match_reason) and invoice.match_total == invoice.total


def _reasons(match: Match) -> list[str]:
    return [reason for reason in (match.quantity_reason, match.price_reason) if reason]


def _match(env: Env, bill: BilledInvoice, order: Order, line: Line, posted: Decimal, policy: Policy) -> Match:
    own = [one for one in bill.lines if isinstance(one, BilledLine) and one.purchase_line_id == line.id]
    billed = sum((_quantity(line, one) for one in own), ZERO)
    net = sum((one.net for one in own), ZERO)
    before = posted - billed if bill.is_posted and not bill.kind.is_credit_note else posted
    received = progress.billable(env, order, line)
    ordered_price = _exact(line, line.quantity) / line.quantity if line.quantity else ZERO
    billed_price = net / billed if billed else ZERO
    quantity_reason = price_reason = ""
    if not bill.kind.is_credit_note:
        quantity_reason = _quantity_reason(line, order, received, before + billed, policy)
        price_reason = _price_reason(bill, order, line, billed, net, policy)
    return Match(
        line,
        order,
        received,
        before,
        billed,
        round_half_up(ordered_price, 6),
        round_half_up(billed_price, 6),
        quantity_reason,
        price_reason,
    )


def _quantity(line: Line, billed: BilledLine) -> Decimal:
    """In the unit of the order's line, where both measure the same."""
    if billed.unit is None or line.unit is None or billed.unit.category != line.unit.category:
        return billed.quantity
    return round_half_up(billed.quantity * factor(billed.unit, line.unit), 6)


def _quantity_reason(line: Line, order: Order, received: Decimal, billed: Decimal, policy: Policy) -> str:
    if not order.is_live or order.state is OrderState.CHANGING:
        return str(_("{order} is {state}.", order=order.title, state=order.state.label))
    limit = round_half_up(received * (HUNDRED + policy.bill_quantity_over) / HUNDRED, 6)
    if billed <= limit:
        return ""
    return str(
        _(
            '"{product}": {billed} billed, {received} may be billed of {order}.',
            product=line.description,
            billed=format_quantity(billed),
            received=format_quantity(received),
            order=order.title,
        )
    )


def _price_reason(
    bill: Invoice, order: Order, line: Line, billed: Decimal, net: Decimal, policy: Policy
) -> str:
    if bill.currency != order.currency:
        return str(
            _(
                '"{product}": billed in {billed}, ordered in {ordered}.',
                product=line.description,
                billed=bill.currency,
                ordered=order.currency,
            )
        )
    expected = _exact(line, billed)
    limit = round_money(expected * (HUNDRED + policy.bill_price_over) / HUNDRED, order.currency)
    if any(tax.included for tax in line.taxes):
        limit += currency_quantum(order.currency)  # the net of an included price is itself rounded
    if net <= limit or net - expected <= policy.bill_amount_over:
        return ""
    return str(
        _(
            '"{product}": {billed} billed, {expected} by the price of {order}.',
            product=line.description,
            billed=format_money(net, order.currency),
            expected=format_money(round_money(expected, order.currency), order.currency),
            order=order.title,
        )
    )


def _exact(line: Line, quantity: Decimal) -> Decimal:
    """What a quantity costs before tax by the order, not rounded where the price holds no tax."""
    if any(tax.included for tax in line.taxes):
        return line.net * quantity / line.quantity if line.quantity else ZERO
    return quantity * line.unit_price * (HUNDRED - line.discount) / HUNDRED


def _wrong_accounts(env: Env, invoice: Invoice) -> list[str]:
    found = []
    with env.system("accounts of a bill's lines") as system:
        for line in invoice.lines:
            if not isinstance(line, BilledLine) or not line.purchase_line_id:
                continue
            wanted = billing.account_for(system, system.get(Line, line.purchase_line_id))
            if wanted is not None and line.account_id != wanted:
                code = system.get(Account, wanted).code
                found.append(
                    str(
                        _(
                            '"{product}": goods received are billed on account {code}.',
                            product=line.description,
                            code=code,
                        )
                    )
                )
    return found
