"""What an addon says to offer a country's tax return: see the hook ``declare_tax_forms``."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Line = tuple[str, str]
"""Box and label."""


@dataclass(frozen=True, slots=True)
class TaxForm:
    """The boxes of a return. Which tax counts where stands on the tax: `base_box`, `due_box`,
    `deductible_box`.

    Every figure is rounded to `unit` by itself, totals add up the rounded ones.
    """

    key: str
    name: str
    country: str
    unit: Decimal = Decimal(1)
    taxed: tuple[Line, ...] = ()
    """Bases of operations on which tax is due."""
    untaxed: tuple[Line, ...] = ()
    due: tuple[Line, ...] = ()
    """Base and tax, usually one a rate."""
    due_total: Line = ("", "")
    due_of: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Box -> (label, base boxes): how much of the total comes from those operations."""
    deductible: tuple[Line, ...] = ()
    carried: Line = ("", "")
    deductible_total: Line = ("", "")
    deductible_of: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    credit: Line = ("", "")
    payable: Line = ("", "")
    carry: Line = ("", "")
    """The credit that goes to the next return."""
    base_back: str = ""
    untaxed_back: str = ""
    due_back: str = ""
    deductible_back: str = ""
    """Where what is negative goes, since a form takes no minus: bases of taxed operations, bases of the
    others, tax owed, tax deducted."""
