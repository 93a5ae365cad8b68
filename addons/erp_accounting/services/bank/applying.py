"""What is chosen for a line: open items to settle, amounts that go to accounts. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import regex

from addons.erp_accounting.models import RuleDirection
from addons.erp_accounting.services.bank.evidence import runs
from core.api import HUNDRED, ZERO, _, round_money

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.erp_accounting.models import BankAccount, BankLine, BankRule

PATTERN_SECONDS = 0.05
"""A pattern that needs longer on one text does not fit: nobody's rule stops the others' work."""
MOST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Take:
    """Settle this much of a candidate."""

    key: str
    amount: Decimal
    """In the line's currency, signed as it explains the line: positive for money that came in."""
    full: bool = False
    """The document is in another currency and is paid in full: the difference of rates is booked."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An amount of the line that goes to an account."""

    account: int
    amount: Decimal
    """In the line's currency, signed as in ``Take``."""
    tax: int | None = None
    tax_code: str = ""
    tax_base: Decimal = ZERO
    party: int | None = None
    label: str = ""
    kind: str = ""
    """"credit" stays open as credit of the party; "fee", "write_off", "discount", "rule" or "" explain it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a line is explained. The amounts add up to the line's."""

    takes: tuple[Take, ...] = ()
    extras: tuple[Extra, ...] = ()

    def left_of(self, amount: Decimal) -> Decimal:
        """What of the line is not explained."""
        taken = sum((one.amount for one in self.takes), ZERO)
        return amount - taken - sum((one.amount for one in self.extras), ZERO)


@dataclass(frozen=True, slots=True)
class Discount:
    """An early payment discount, in the document's currency."""

    percent: Decimal
    amount: Decimal
    """Signed like the open amount."""
    extras: tuple[Extra, ...]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where differences go, and the accounts of taxes."""

    fees: int | None
    loss: int | None
    gain: int | None
    tax_deductible: int | None
    tax_collected: int | None
    home: str


def small_difference(accounts: Accounts, bank: BankAccount, difference: Decimal, amount: Decimal) -> Extra:
    """The line that books a difference within the tolerance. `difference`: line minus documents.

    The bank kept it from what came in, or took it on top of what went out: a charge. Otherwise it is a gain.
    """
    if difference < 0:
        account = bank.fee_account_id or accounts.fees or accounts.loss
        return Extra(account or 0, difference, label=str(_("Bank charges")), kind="fee")
    return Extra(accounts.gain or 0, difference, label=str(_("Small difference")), kind="write_off")


def by_rule(accounts: Accounts, rule: BankRule, line: BankLine) -> tuple[Extra, ...]:
    """A rule's account for the whole line; an included tax is taken out of it and rounded half up."""
    assert rule.account_id is not None  # noqa: S101 - only rules with an account propose one
    return to_account(
        accounts,
        rule.account_id,
        line.amount,
        line.currency,
        tax=rule.tax,
        party=rule.party_id,
        label=rule.label,
        kind="rule",
    )


def to_account(
    accounts: Accounts,
    account: int,
    amount: Decimal,
    currency: str,
    *,
    tax: Any = None,
    party: int | None = None,
    label: str = "",
    kind: str = "",
) -> tuple[Extra, ...]:
    """An amount on an account, with the tax that is included in it on the tax's own account, or both sides of
    a reverse charge."""
    if tax is None:
        return (Extra(account, amount, party=party, label=label, kind=kind),)
    if not tax.rate:
        more: dict[str, Any] = {"tax_code": tax.code, "party": party, "label": label, "kind": kind}
        owed = round_money(amount * (tax.reverse_rate or ZERO) / HUNDRED, currency)
        base = Extra(account, amount, **more)
        if not owed:
            return (base,)
        deducted = Extra(
            tax.account_id or accounts.tax_deductible or 0, owed, tax=tax.id, tax_base=-amount, **more
        )
        return base, deducted, Extra(tax.reverse_account_id or 0, -owed, tax=tax.id, tax_base=amount, **more)
    net = round_money(amount * HUNDRED / (HUNDRED + tax.rate), currency)
    where = tax.account_id or (accounts.tax_deductible if amount < 0 else accounts.tax_collected)
    base = Extra(account, net, tax_code=tax.code, party=party, label=label, kind=kind)
    taxed = Extra(
        where or 0,
        amount - net,
        tax=tax.id,
        tax_code=tax.code,
        tax_base=-net,
        party=party,
        label=label,
        kind=kind,
    )
    return (base, taxed) if taxed.amount else (base,)


def fits(rule: BankRule, line: BankLine) -> bool:
    """Whether every condition of a rule that is filled in holds for a line."""
    if rule.direction is RuleDirection.IN and line.amount < 0:
        return False
    if rule.direction is RuleDirection.OUT and line.amount > 0:
        return False
    size = abs(line.amount)
    if rule.amount_from is not None and size < rule.amount_from:
        return False
    if rule.amount_to is not None and size > rule.amount_to:
        return False
    if rule.partner_iban and rule.partner_iban != line.partner_iban:
        return False
    text = f"{line.label} {line.partner_name}"[:MOST_TEXT]
    if rule.contains and not contains(text, rule.contains):
        return False
    return not rule.pattern or matches(rule.pattern, text)


def contains(text: str, wanted: str) -> bool:
    """Whether words stand in a text, in order and together, without regard to capitals, accents and signs."""
    whole, part = f" {' '.join(runs(text))} ", f" {' '.join(runs(wanted))} "
    return bool(part.strip()) and part in whole


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except regex.error:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether a regular expression is found in a text. One that takes too long is not."""
    compiled = _compiled(pattern)
    if compiled is None:
        return False
    try:
        return compiled.search(text, timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        return False
