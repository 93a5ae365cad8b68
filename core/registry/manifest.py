"""What an addon says of itself, and what a wire needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.errors import AddonError

CATEGORIES = ("CRM", "ERP", "Bridge", "Localisation", "Base", "Other")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_VERSION = re.compile(r"\d+(\.\d+){1,3}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The card of *Settings > Apps*.

    ``depends`` are enabled first and disabled last. ``countries`` (two-letter codes): companies there are
    proposed the addon, others cannot use it. ``author`` stands on the card. What is of the category "Base" is
    used by every company.
    """

    name: str
    version: str
    summary: str
    title: str = ""
    category: str = "Other"
    depends: tuple[str, ...] = ()
    icon: str = "puzzle"
    author: str = "Passerelle"
    countries: tuple[str, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    """Categories of one's own, each with a few words: (("Fleet", _("Vehicles and drivers")),)."""
    sides: tuple[tuple[str, ...], ...] = field(default=())
    """For a bridge: it is announced once one addon of each group is enabled, e.g. (("crm_sales",),
    ("erp_orders",))."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or "__" in self.name:  # two of them stand before a wire's name
            message = f"Addon name '{self.name}' must be lower case letters, digits and single underscores."
            raise AddonError(message)
        if not _VERSION.fullmatch(self.version):
            message = f"Addon '{self.name}' has version '{self.version}'; write it like 1.4.0."
            raise AddonError(message)

    @property
    def is_ground(self) -> bool:
        """Whether every company uses it, because the others stand on it."""
        return self.category == "Base"

    def is_offered_in(self, country: str) -> bool:
        """Whether a company of this country (ISO 3166-1 alpha-2) may use it."""
        return not self.countries or country in self.countries

    @property
    def display(self) -> str:
        """Title of the card."""
        return self.title or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Wire:
    """A part of an addon that joins only where all of ``needs`` are enabled too."""

    needs: tuple[str, ...]
