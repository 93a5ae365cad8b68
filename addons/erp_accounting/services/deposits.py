"""Invoice a deposit before the goods or services, and deduct it with its tax from the final invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceLine, InvoiceState, LineKind
from addons.erp_accounting.services import drafting, ledgers, settlement
from addons.erp_accounting.services.drafting import LineDraft, NotADraft
from core.api import (
    HUNDRED,
    ZERO,
    Invalid,
    RuleBroken,
    _,
    copied,
    format_quantity,
    round_money,
    writing_closed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from addons.catalog.models import Tax
    from core.api import Env


OF_THE_DEPOSIT = frozenset({"product_id", "unit_id", "distribution_id"})
"""What a line that takes a deposit back does not take over."""


class NothingToDeduct(RuleBroken):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("{party} has no deposit that is not deducted yet.", party=name),
            hint=_("Post the deposit invoice first."),
        )


class NoDepositOnThis(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} cannot have a deposit.", invoice=invoice.title),
            hint=_("Invoice a deposit on the draft of an ordinary customer invoice with amounts."),
        )


def invoice_deposit(
    env: Env,
    final: Invoice,
    *,
    percent: Decimal | None = None,
    amount: Decimal | None = None,
    date: date | None = None,
) -> Invoice:
    """A draft deposit invoice on a draft: a share of it, or an amount with tax; one line a set of taxes.

    It is booked as a debt to the customer, and its tax is due with it (CGI, art. 269, 2-a).
    """
    if not final.is_draft:
        raise NotADraft(final)
    _lines, result = drafting.computed(final)
    if final.kind is not InvoiceKind.CUSTOMER_INVOICE or final.is_deposit or result.total <= 0:
        raise NoDepositOnThis(final)
    if amount is not None:
        share = amount / result.total
    else:
        share = (percent if percent is not None else Decimal(30)) / HUNDRED
    if not 0 < share <= 1:
        raise Invalid(fields={"percent": _("Choose more than nothing and at most all of it.")})
    account = ledgers.account_id(env, "deposits")
    shown = format_quantity((share * HUNDRED).quantize(Decimal("0.01")))
    of = final.their_reference or final.origin
    text = str(_("Deposit of {percent} %", percent=shown)) + (f", {of}" if of else "")
    lines = [
        LineDraft(
            description=text,
            unit_price=round_money(base * share, final.currency),
            taxes=list(taxes),
            account=account,
        )
        for taxes, base in _by_taxes(final)
    ]
    return drafting.draft(
        env,
        final.kind,
        final.party,
        lines,
        date=date,
        currency=final.currency,
        their_reference=final.their_reference,
        origin=final.origin,
        owner_id=final.owner_id,
        values={"is_deposit": True, "deposit_for_id": final.id},
    )


def _by_taxes(final: Invoice) -> list[tuple[Sequence[Tax], Decimal]]:
    """The amounts of the lines as their prices are: with the taxes that are included in them."""
    lines, result = drafting.computed(final)
    found: dict[tuple[int, ...], tuple[Sequence[Tax], Decimal]] = {}
    for line, taxed in zip(lines, result.lines, strict=True):
        included = sum((part for tax, part in taxed.taxes if tax.included), ZERO)
        key = tuple(sorted(tax.id for tax in line.taxes))
        taxes, base = found.get(key, (line.taxes, ZERO))
        found[key] = (taxes, base + taxed.net + included)
    return [one for one in found.values() if one[1] > 0]


def not_deducted(env: Env, final: Invoice) -> list[Invoice]:
    """Posted deposits for this invoice, else of its customer for no other one, that no invoice deducts."""
    model, line = env[Invoice], env[InvoiceLine]
    deducted = (
        select(line.deposit_id)
        .join(model, model.id == line.invoice_id)
        .where(
            line.deposit_id.is_not(None),
            model.state != InvoiceState.CANCELLED,
            model.kind == InvoiceKind.CUSTOMER_INVOICE,
        )
    )
    rows = env.session.scalars(
        select(model)
        .where(
            model.company_id == env.company_id,
            model.party_id == final.party_id,
            model.currency == final.currency,
            model.is_deposit,
            model.kind == InvoiceKind.CUSTOMER_INVOICE,
            model.state == InvoiceState.POSTED,
            (model.deposit_for_id == final.id) | model.deposit_for_id.is_(None),
            model.id.not_in(deducted),
        )
        .order_by(model.date, model.id)
    ).all()
    return [one for one in rows if _left(env, one)]


def _left(env: Env, deposit: Invoice) -> list[tuple[InvoiceLine, Decimal]]:
    """The lines of a deposit and what its credit notes left of their quantities."""
    model = env[Invoice]
    notes = env.session.scalars(
        select(model).where(model.credit_of_id == deposit.id, model.state == InvoiceState.POSTED)
    ).all()
    lines = [(line, line.quantity) for line in deposit.lines if line.kind is LineKind.PRODUCT]
    lines += [
        (line, -line.quantity) for note in notes for line in note.lines if line.kind is LineKind.PRODUCT
    ]
    total = sum((line.net * (1 if quantity > 0 else -1) for line, quantity in lines), ZERO)
    return lines if total else []


def deduct(env: Env, final: Invoice) -> None:
    """Add a line for each line of the customer's deposits, with its tax, so that both are taken back."""
    env.lock(final)
    if not final.is_draft:
        raise NotADraft(final)
    if final.kind is not InvoiceKind.CUSTOMER_INVOICE or final.is_deposit:
        raise NoDepositOnThis(final)
    found = not_deducted(env, final)
    if not found:
        raise NothingToDeduct(final.party.name)
    position = max((line.position for line in final.lines), default=0)
    taken = [(deposit, line, quantity) for deposit in found for line, quantity in _left(env, deposit)]
    with writing_closed(final):
        for deposit, line, quantity in taken:
            position += 1
            final.lines.append(
                copied(
                    line,
                    without=OF_THE_DEPOSIT,
                    values={
                        "company_id": final.company_id,
                        "position": position,
                        "kind": LineKind.PRODUCT,
                        "description": str(_("Deposit {number} deducted", number=deposit.number or "")),
                        "quantity": -quantity,
                        "deposit_id": deposit.id,
                    },
                )
            )
        drafting.recompute(env, final)


def settle_deducted(env: Env, final: Invoice) -> None:
    """Let the debt that a deposit left and its deduction settle each other, where the account is matched."""
    ids = {line.deposit_id for line in final.lines if line.deposit_id}
    if not ids or final.entry_id is None:
        return
    deposits = [env.get(Invoice, one) for one in sorted(ids)]
    account = ledgers.account_id(env, "deposits")
    entries = [one.entry_id for one in (*deposits, final) if one.entry_id]
    items = [item for item in settlement.items_of(env, entries, account) if item.is_open]
    if _both_sides(item.amount for item in items):
        settlement.settle(env, items)


def _both_sides(amounts: Iterable[Decimal]) -> bool:
    given = list(amounts)
    return any(amount > 0 for amount in given) and any(amount < 0 for amount in given)
