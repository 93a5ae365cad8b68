"""The side bar's entries of France."""

from __future__ import annotations

from core.api import Menu, _

MENUS = (
    Menu(
        _("FEC"),
        "/accounting/fec",
        icon="file-text",
        group="erp",
        sequence=28,
        role="erp_accounting.accountant",
        under="/accounting",
    ),
)
