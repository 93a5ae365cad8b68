"""From an invoice's amounts to the lines of its entry. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from addons.catalog.services.taxes import TaxLike
from addons.erp_accounting.services.entries import Posting, signed
from core.api import HUNDRED, ZERO, round_money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from addons.catalog.services.taxes import TaxResult
    from addons.erp_accounting.services.terms import Instalment


class BookedTax(TaxLike, Protocol):
    """What booking needs of a tax; ``catalog.tax`` with its accounts has it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def account_id(self) -> int | None: ...
    @property
    def reverse_rate(self) -> Decimal | None: ...
    @property
    def reverse_account_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Booking:
    """What `postings` needs to know."""

    sign: int
    """1 where the party is debited (customer invoice, supplier credit note), else -1."""
    currency: str
    home: str
    rate: Decimal
    party: int
    party_account: int
    rounding_account: int | None
    tax_account: int | None
    """For taxes without an account of their own."""
    label: str


def postings(
    book: Booking,
    result: TaxResult[BookedTax],
    accounts: Sequence[int],
    instalments: Sequence[Instalment],
    distributions: Sequence[int | None] = (),
) -> tuple[list[Posting], Decimal, Decimal]:
    """The entry's lines, and total and net in the company's currency.

    accounts: of each line of `result`; distributions: over analytic accounts, where lines have any. One line
    a due date, one an account, set of taxes and distribution, one a tax; a reverse charge gives the tax owed
    and the tax deducted. Company amounts are converted part by part; the largest base takes the difference of
    conversion, so that the entry balances.
    """
    side = -book.sign
    bases = _bases(result, accounts, distributions or [None] * len(accounts))
    total = _home(book, result.total)
    party = _party_lines(book, instalments, total)
    taxes, owed = _tax_lines(book, result, side)
    rounding = _home(book, result.rounding)
    booked_tax = sum((line.debit - line.credit for line in taxes), ZERO)
    nets = {key: _home(book, amount) for key, amount in bases.items()}
    difference = total - rounding - side * booked_tax - sum(nets.values(), ZERO)
    if difference and nets:
        nets[max(nets, key=lambda key: (abs(nets[key]), *key[:2], key[2] or 0))] += difference
    income = [
        signed(
            account,
            side * nets[account, codes, distribution],
            party=book.party,
            label=book.label,
            currency=book.currency,
            amount_currency=side * amount,
            tax_code=codes,
            distribution=distribution,
        )
        for (account, codes, distribution), amount in bases.items()
        if amount or nets[account, codes, distribution]
    ]
    if not (income or taxes or owed):
        income = _both_ways(book, result, accounts, side)
    extra = []
    if rounding or result.rounding:
        assert book.rounding_account is not None  # noqa: S101 - the caller asked the ledger for it
        extra.append(
            signed(
                book.rounding_account,
                side * rounding,
                label=book.label,
                currency=book.currency,
                amount_currency=side * result.rounding,
            )
        )
    return [*party, *income, *taxes, *owed, *extra], total, sum(nets.values(), ZERO)


def _both_ways(
    book: Booking, result: TaxResult[BookedTax], accounts: Sequence[int], side: int
) -> list[Posting]:
    """What is given and taken back, where an exchange leaves nothing to pay: the books show both."""
    given: dict[int, Decimal] = {}
    for line, account in zip(result.lines, accounts, strict=True):
        given[account] = given.get(account, ZERO) + max(line.net, ZERO)
    return [
        signed(
            account,
            way * side * _home(book, amount),
            party=book.party,
            label=book.label,
            currency=book.currency,
            amount_currency=way * side * amount,
        )
        for account, amount in given.items()
        if amount
        for way in (1, -1)
    ]


def _home(book: Booking, amount: Decimal) -> Decimal:
    return amount if book.currency == book.home else round_money(amount * book.rate, book.home)


def _bases(
    result: TaxResult[BookedTax], accounts: Sequence[int], distributions: Sequence[int | None]
) -> dict[tuple[int, str, int | None], Decimal]:
    found: dict[tuple[int, str, int | None], Decimal] = {}
    for line, account, distribution in zip(result.lines, accounts, distributions, strict=True):
        key = (account, " ".join(sorted(tax.code for tax, _amount in line.taxes)), distribution)
        found[key] = found.get(key, ZERO) + line.net
    return found


def _party_lines(book: Booking, instalments: Sequence[Instalment], total: Decimal) -> list[Posting]:
    """The last instalment carries the cent in the company's currency too."""
    lines = []
    left = total
    for position, instalment in enumerate(instalments, start=1):
        amount = left if position == len(instalments) else _home(book, instalment.amount)
        left -= amount
        lines.append(
            signed(
                book.party_account,
                book.sign * amount,
                party=book.party,
                label=book.label,
                currency=book.currency,
                amount_currency=book.sign * instalment.amount,
                due=instalment.due,
            )
        )
    return lines


def _tax_lines(book: Booking, result: TaxResult[BookedTax], side: int) -> tuple[list[Posting], list[Posting]]:
    """Taxes on the document, and both sides of reverse charges."""
    charged: list[Posting] = []
    owed: list[Posting] = []
    for total in result.taxes:
        tax = total.tax
        base = side * _home(book, total.base)
        if total.amount:
            charged.append(_tax_line(book, tax, tax.account_id, side * total.amount, base))
        if tax.reverse_rate:
            amount = side * round_money(total.base * tax.reverse_rate / HUNDRED, book.currency)
            if amount:
                owed.append(_tax_line(book, tax, tax.account_id, amount, base))
                owed.append(_tax_line(book, tax, tax.reverse_account_id, -amount, -base))
    return charged, owed


def _tax_line(book: Booking, tax: BookedTax, account: int | None, amount: Decimal, base: Decimal) -> Posting:
    chosen = account or book.tax_account
    assert chosen is not None  # noqa: S101 - refused before by taxes_without_account
    return signed(
        chosen,
        _home(book, amount),
        party=book.party,
        label=book.label,
        currency=book.currency,
        amount_currency=amount,
        tax=tax.id,
        tax_code=tax.code,
        tax_base=base,
    )


def taxes_without_account(book: Booking, result: TaxResult[BookedTax]) -> list[BookedTax]:
    """Taxes that have an amount to book and no account for it."""
    return [
        total.tax
        for total in result.taxes
        if ((total.amount or total.tax.reverse_rate) and not (total.tax.account_id or book.tax_account))
        or (total.tax.reverse_rate and total.tax.reverse_account_id is None)
    ]
