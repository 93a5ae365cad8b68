"""A proposal for a statement line: what to do, how sure it is, and the evidence in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.models import BankAccount
    from addons.erp_accounting.services.bank import applying
    from addons.erp_accounting.services.bank.evidence import Told
    from addons.erp_accounting.services.bank.pool import Candidate, Pool

CERTAIN, LIKELY = 90, 60
"""From here on a proposal is certain, or likely; below it is weak."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for (or against) a proposal."""

    text: str
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that matching needs, and why."""

    key: str
    score: int
    choice: applying.Choice
    title: str
    party: str
    detail: str
    amount: Decimal
    currency: str
    evidence: tuple[Evidence, ...] = ()
    rule: int | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_certain(self) -> bool:
        return self.score >= CERTAIN

    @property
    def reason(self) -> str:
        """In one sentence, for the line's history."""
        return ", ".join(str(one.text) for one in self.evidence if one.agrees)


@dataclass(frozen=True, slots=True)
class Context:
    """What all lines of an account share."""

    pool: Pool
    account: BankAccount
    accounts: applying.Accounts
    rate: Callable[[str, date], Decimal | None]
    """Company money for one unit of a currency on a day; None when it is not known."""
    discount: Callable[[Candidate, date], applying.Discount | None]
    """The early payment discount that an item still allows on a day."""


@dataclass(slots=True)
class Seen:
    """What the text and the account of a line tell."""

    told: dict[int, Told] = field(default_factory=dict)
    parties: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Party -> points and the words for them."""
