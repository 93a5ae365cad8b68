"""What settles an open item beside money: early-payment discounts with their tax, and write-offs.

Each is an entry of its own that its settlement points to: undoing the settlement reverses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from addons.erp_accounting.models import AccountedTax, Invoice, JournalKind
from addons.erp_accounting.services import discounts, entries, ledgers, settlement
from addons.erp_accounting.services.entries import Posting, signed
from core.api import ZERO, RuleBroken, _, format_money, round_money

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.models import Account, OpenItem
    from core.api import Env


class Asked(Protocol):
    """What is wished for an open item: see ``allocating.Wish``."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def discount(self) -> bool: ...
    @property
    def write_off(self) -> bool: ...


class NoDiscount(RuleBroken):
    def __init__(self, document: str) -> None:
        super().__init__(
            _("{document} allows no discount.", document=document),
            hint=_("Only an instalment of an invoice with such terms, of which nothing is paid yet, does."),
        )


class DiscountEnded(RuleBroken):
    def __init__(self, document: str, until: date | None) -> None:
        super().__init__(
            _("The discount of {document} ended on {day}.", document=document, day=until),
            hint=_("Write the difference off, or create a credit note."),
        )


class DiscountOnPart(RuleBroken):
    def __init__(self, document: str, wanted: str) -> None:
        super().__init__(
            _("Part of {document} is paid: the discount is for all of it.", document=document),
            hint=_("Allocate {amount}, write the rest off, or take no discount.", amount=wanted),
        )


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Positive, in the item's currency."""

    discount: discounts.Discount
    given_up: Decimal

    @property
    def amount(self) -> Decimal:
        return self.discount.total + self.given_up


def discount_of(env: Env, item: OpenItem) -> tuple[Invoice, discounts.Discount] | None:
    """The discount an untouched instalment of an invoice may give; None where it has no such terms."""
    if item.residual_currency != item.amount_currency:
        return None
    model = env[Invoice]
    invoice = env.session.scalars(
        select(model).where(model.entry_id == item.entry_id, model.account_id == item.account_id)
    ).one_or_none()
    if invoice is None or not invoice.discount_percent:
        return None
    return invoice, discounts.of_instalment(invoice, abs(item.amount_currency))


def adjustment(env: Env, item: OpenItem, asked: Asked, day: date) -> Adjustment | None:
    """What is settled on top of the money; None for nothing.

    Refused when there is no such discount, when `day` is too late for it, or when it does not close the item.
    """
    left = abs(item.residual_currency) - asked.amount
    discount = discounts.NONE
    if asked.discount:
        found = discount_of(env, item)
        if found is None or found[1].total > left:
            raise NoDiscount(item.entry.number or "")
        if not discounts.available(found[0], day):
            raise DiscountEnded(item.entry.number or "", found[0].discount_until)
        discount = found[1]
        left -= discount.total
        if left and not asked.write_off:
            whole = abs(item.residual_currency) - discount.total
            raise DiscountOnPart(item.entry.number or "", format_money(whole, item.currency))
    made = Adjustment(discount, left if asked.write_off else ZERO)
    return made if made.amount else None


def book(
    env: Env, item: OpenItem, found: Adjustment, day: date, account: Account | None, origin: str
) -> None:
    """Post discount and write-off of an item, taxes included, and settle it with them.

    Company amounts are at the item's own rate, so that an adjustment never makes an exchange difference.
    """
    side = 1 if (item.amount or item.amount_currency) > 0 else -1
    lines = _discount_lines(env, found.discount, item, side)
    if found.given_up:
        target = account.id if account else _write_off_account(env, side)
        lines.append(_line(env, item, target, side * found.given_up))
    _post(env, item, side * found.amount, lines, day, origin, str(_("Discount or write-off")))


def keep(env: Env, payment: OpenItem, rest: Decimal, day: date, account: Account | None, origin: str) -> None:
    """Write off what was paid too much: a gain on a customer's payment, a loss on one of ours."""
    side = 1 if (payment.amount or payment.amount_currency) > 0 else -1
    target = account.id if account else _write_off_account(env, side)
    line = _line(env, payment, target, side * rest)
    _post(env, payment, side * rest, [line], day, origin, str(_("Write-off")))


def _post(
    env: Env, item: OpenItem, amount: Decimal, lines: list[Posting], day: date, origin: str, label: str
) -> None:
    company = _share(env, item, amount)
    parts = sum((line.debit - line.credit for line in lines), ZERO)
    if parts != company:
        first = lines[0]
        lines[0] = _again(first, first.debit - first.credit + company - parts)
    own = signed(
        item.account_id,
        -company,
        party=item.party_id,
        currency=item.currency,
        amount_currency=-amount,
    )
    entry = entries.post_new(
        env, journal=JournalKind.GENERAL, date=day, lines=[own, *lines], label=label, origin=origin
    )
    (counter,) = (
        found
        for found in settlement.items_of(env, [entry.id], item.account_id)
        if found.party_id == item.party_id
    )
    settlement.settle(env, [item, counter], because=entry)


def _share(env: Env, item: OpenItem, amount: Decimal) -> Decimal:
    """Company money of a part of what is left of an item; all of it with the last part."""
    if item.currency == env.company.currency or amount == item.residual_currency:
        return amount if item.currency == env.company.currency else item.residual
    return round_money(item.residual * amount / item.residual_currency, env.company.currency)


def _line(env: Env, item: OpenItem, account: int, amount: Decimal) -> Posting:
    return signed(account, _share(env, item, amount), currency=item.currency, amount_currency=amount)


def _again(line: Posting, company: Decimal) -> Posting:
    return signed(
        line.account,
        company,
        currency=line.currency,
        amount_currency=line.amount_currency,
        party=line.party,
        tax=line.tax,
        tax_code=line.tax_code,
        tax_base=line.tax_base,
    )


def _discount_lines(env: Env, discount: discounts.Discount, item: OpenItem, side: int) -> list[Posting]:
    """Net by the tax whose base goes down, and those taxes."""
    if not discount.total:
        return []
    income = ledgers.account_id(env, "discount_given" if side > 0 else "discount_taken")
    purpose = "tax_collected" if side > 0 else "tax_deductible"
    model = env[AccountedTax]
    codes = {code for part in discount.parts for code in part.code.split()}
    rows = env.session.scalars(select(model).where(model.company_id == env.company_id, model.code.in_(codes)))
    taxes = {tax.code: tax for tax in rows}
    lines = []
    for part in discount.parts:
        amount = side * part.amount
        company = _share(env, item, amount)
        if part.tax:
            tax = taxes[part.code]
            lines.append(
                signed(
                    tax.account_id or ledgers.account_id(env, purpose),
                    company,
                    party=item.party_id,
                    currency=item.currency,
                    amount_currency=amount,
                    tax=tax.id,
                    tax_code=tax.code,
                    tax_base=_share(env, item, side * part.base),
                )
            )
        else:
            lines.append(
                signed(
                    income,
                    company,
                    party=item.party_id,
                    currency=item.currency,
                    amount_currency=amount,
                    tax_code=part.code,
                )
            )
            lines += [
                signed(
                    owed.account,
                    _share(env, item, side * owed.amount),
                    party=item.party_id,
                    currency=item.currency,
                    amount_currency=side * owed.amount,
                    tax=owed.tax,
                    tax_code=owed.code,
                    tax_base=_share(env, item, side * owed.base),
                )
                for owed in discounts.owed_on(part, taxes, item.currency)
            ]
    return lines


def _write_off_account(env: Env, side: int) -> int:
    return ledgers.account_id(env, "write_off_loss" if side > 0 else "write_off_gain")
