"""What an addon says of a month that is about to be closed: see the hook ``closing_checks``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at before a month is closed. ``count`` 0 is done; ``url`` leads to what is left."""

    name: str
    label: str
    count: int
    url: str = ""
    amount: Decimal | None = None
    """In the company's currency, where a sum says more than a number."""
    optional: bool = False
    """Worth a look, but often right as it is."""
