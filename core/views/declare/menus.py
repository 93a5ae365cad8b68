"""An entry of the side bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Menu:
    """One entry. ``view`` is a model (``"crm_sales.opportunity"``), a named list of it
    (``"erp_accounting.entry:bills"``), a dashboard (``"crm_sales/dashboard/sales"``) or an address beginning
    with "/".

    group: "" (top), "crm", "erp", "both" or "settings". A person who may not read the model does not see the
    entry.
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
