"""Entries of the side bar."""

from __future__ import annotations

from core.api import Menu, _

MENUS = (
    Menu(_("My activities"), view="/my/activities", icon="calendar", sequence=10),
    Menu(_("Contacts"), view="base.party", icon="users", group="crm", sequence=10),
    Menu(_("Tags"), view="base.tag", icon="tag", group="settings", sequence=30),
    Menu(_("Currencies"), view="base.currency", icon="coin", group="settings", sequence=40),
    Menu(
        _("Exchange rates"), view="base.exchange_rate", icon="arrows-exchange", group="settings", sequence=41
    ),
)
