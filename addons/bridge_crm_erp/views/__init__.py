"""Screens of the bridge that are declared; its own page is in ``web``."""

from __future__ import annotations

from typing import Any

from addons.bridge_crm_erp.models import CatchUp, Effect, ForeignLink
from core.api import Column, List, Menu, Preset, _

VIEWS: tuple[Any, ...] = (
    List(
        Effect,
        columns=(
            "at",
            "event",
            "source_name",
            "target_name",
            "party",
            "state",
            Column("detail", hidden=True),
        ),
        filters=("event", "state", "party", "at"),
        default_sort="-id",
        create=False,
        presets=(Preset("open", _("To repair"), filters=("state:waiting,failed",), count=True),),
        empty=_("Each event that crosses the bridge leaves its proof here."),
    ),
    List(
        CatchUp,
        columns=("at", "user", "state", "found", "linked", "already", "refused", "customers"),
        default_sort="-id",
        create=False,
        empty=_("Older orders are linked by a catch-up, on demand."),
    ),
    List(
        ForeignLink,
        columns=("system", "kind", "number", "external_id", "record_name", "at"),
        filters=("system", "kind", "at"),
        default_sort="-id",
        create=False,
        empty=_(
            "Orders, deliveries and invoices of other systems appear here with the record they belong to."
        ),
    ),
)
MENUS = (
    Menu(
        _("Bridge"),
        view="/bridge",
        role="bridge_crm_erp.user",
        icon="arrows-exchange",
        group="both",
        sequence=10,
    ),
)
