"""An entry of the side bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Menu:
    """One entry. ``view`` is a model (``"crm_sales.opportunity"``), a named list of it
    (``"erp_accounting.entry:bills"``), a dashboard (``"crm_sales/dashboard/sales"``) or an address beginning
    with "/".

    group: "" (top), "crm", "erp", "both", "settings", or one that an addon declares by ``MenuGroup``. A
    person who may not read the model does not see the entry.
    """

    label: str
    view: str
    icon: str = "list"
    group: str = ""
    sequence: int = 50
    role: str = ""
    under: str = ""
    """The ``view`` of another entry: this one stands below it, only while one is in that part. The command
    palette always finds it."""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """A group of one's own in the side bar, listed in ``declare_menus`` beside its entries."""

    name: str
    label: str
    sequence: int = 50
    """Among the groups that addons declare; they stand under those of the platform."""
