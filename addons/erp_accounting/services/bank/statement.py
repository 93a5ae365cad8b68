"""A bank's file as statements and lines, whatever format it came in. Pure: no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from core.api import ZERO, Invalid, _, currency_quantum, format_money

if TYPE_CHECKING:
    from addons.erp_accounting.models import StatementFormat

MOST_LINES = 20_000


class FileRefused(Invalid):
    """A file that is not taken in; nothing was written."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint or _("Ask your bank for the file again; nothing was imported."))


class DoesNotAddUp(FileRefused):
    def __init__(self, name: str, opening: Decimal, lines: Decimal, closing: Decimal, currency: str) -> None:
        super().__init__(
            _(
                "{name}: opening balance {opening} and lines of {lines} give {sum}, but the bank says "
                "{closing}: {difference} differ.",
                name=name,
                opening=format_money(opening, currency),
                lines=format_money(lines, currency),
                sum=format_money(opening + lines, currency),
                closing=format_money(closing, currency),
                difference=format_money(closing - opening - lines, currency),
            ),
            hint=_("The file is not complete. Ask your bank for it again; nothing was imported."),
        )


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One movement. Positive: it came in."""

    date: dt.date
    amount: Decimal
    label: str = ""
    value_date: dt.date | None = None
    partner_name: str = ""
    partner_iban: str = ""
    bank_reference: str = ""
    """Given by the bank, for this movement alone; empty when it gives none."""
    end_to_end: str = ""
    foreign_amount: Decimal | None = None
    foreign_currency: str = ""


@dataclass(slots=True)
class ParsedStatement:
    """What a file says of one account over some days."""

    format: StatementFormat
    account: str
    """IBAN or account number; empty where the format names none."""
    currency: str
    """Empty where the format names none."""
    lines: list[ParsedLine] = field(default_factory=list)
    opening: Decimal | None = None
    """None where the format has none (OFX; CSV without a balance)."""
    closing: Decimal | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    reference: str = ""

    @property
    def total(self) -> Decimal:
        """Sum of the lines."""
        return sum((line.amount for line in self.lines), ZERO)


def check(statement: ParsedStatement, name: str) -> None:
    """Raise when opening + lines is not closing, or when an amount is finer than its currency."""
    quantum = currency_quantum(statement.currency)
    for line in statement.lines:
        if line.amount % quantum:
            raise FileRefused(
                _(
                    "{name}: {amount} has more decimals than {currency}.",
                    name=name,
                    amount=line.amount,
                    currency=statement.currency,
                )
            )
    opening, closing = statement.opening, statement.closing
    if opening is not None and closing is not None and opening + statement.total != closing:
        raise DoesNotAddUp(name, opening, statement.total, closing, statement.currency)


def amount_of(text: str | None, what: str) -> Decimal:
    """A number with a decimal point, exactly; FileRefused for anything else."""
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation as error:
        raise FileRefused(_("“{text}” is no amount ({what}).", text=(text or "")[:40], what=what)) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
        raise FileRefused(_("“{text}” is no amount ({what}).", text=(text or "")[:40], what=what))
    return value


def day_of(text: str | None, what: str) -> dt.date:
    """The day of an ISO date or instant, as the bank wrote it; FileRefused for anything else."""
    try:
        return dt.date.fromisoformat((text or "").strip()[:10])
    except ValueError as error:
        raise FileRefused(_("“{text}” is no date ({what}).", text=(text or "")[:40], what=what)) from error


def clean(text: str | None, most: int = 2000) -> str:
    """One line of text without control characters."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text or "")
    return " ".join(kept.split())[:most]
