"""The hash chain of posted entries: each covers its content and the hash before it in its journal and year.

Covered: journal, number, date, the kind of a closing entry, and for every line account code, amounts,
currency, tax and due date. Not covered: names, addresses, labels, letters and payments, so that
anonymising a customer leaves the chain whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

FORMAT = "1"
"""Written into every hash; a later format gets its own number and old entries keep verifying."""


@dataclass(frozen=True, slots=True)
class HashedLine:
    account: str
    debit: Decimal
    credit: Decimal
    currency: str
    amount_currency: Decimal
    tax_code: str
    tax_base: Decimal
    due: date | None


def entry_hash(
    previous: str, journal: str, number: str, day: date, lines: Iterable[HashedLine], *, kind: str = ""
) -> str:
    """SHA-256, hexadecimal, of the entry's business content chained to `previous` ("" for the first of the
    year). `kind` names entries that are not ordinary: those of a closing."""
    head = (FORMAT, previous, journal, number, day.isoformat(), *([kind] if kind else []))
    rows = ["\x1f".join(head)]
    rows.extend(
        "\x1f".join(
            (
                line.account,
                _text(line.debit),
                _text(line.credit),
                line.currency,
                _text(line.amount_currency),
                line.tax_code,
                _text(line.tax_base),
                line.due.isoformat() if line.due else "",
            )
        )
        for line in lines
    )
    return hashlib.sha256("\x1e".join(rows).encode()).hexdigest()


def _text(amount: Decimal) -> str:
    """As the database gives it back: it knows no zero below zero."""
    return f"{amount + 0:.4f}"
