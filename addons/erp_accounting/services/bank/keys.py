"""What tells one movement from another, so that a file taken in twice adds nothing. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from core.api import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from addons.erp_accounting.services.bank.statement import ParsedLine


def unique_keys(lines: Iterable[ParsedLine], seen: Counter[str] | None = None) -> list[str]:
    """One key a line, in order: SHA-256 of day, amount and the bank's reference (or, where it gives none, the
    text and the other account), and the how-manieth line of the file this is with the same content.

    The number counts within a day, so that an overlapping file gives the same lines the same keys. seen: what
    was counted in the statements of the file that this one continues.
    """
    seen = Counter() if seen is None else seen
    keys = []
    for line in lines:
        told = line.bank_reference or "\x1f".join(
            ("".join(fold(line.label).split()), line.partner_iban, line.end_to_end)
        )
        content = f"{line.date.isoformat()}\x1f{line.amount:.4f}\x1f{told}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:48]
        seen[digest] += 1
        keys.append(f"{digest}#{seen[digest]}")
    return keys
