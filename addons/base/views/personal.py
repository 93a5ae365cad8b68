"""Where personal data, letters and cards enter the forms of base and of every other app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party, PartyKind
from addons.base.queries import consents, letters, numbers
from addons.base.services.anonymising import ROLE
from core.api import Action, FormExtension, Menu, Slot, _

if TYPE_CHECKING:
    from core.api import Env


def open_personal_data(env: Env, party: Party) -> str:
    """Where what is stored about a person is looked at."""
    return f"/settings/personal-data/people/{party.id}"


def take_vcard(env: Env, party: Party) -> str:
    """Where the card of a contact is downloaded."""
    return f"/contacts/{party.id}/vcard"


def is_person(party: Any) -> bool:
    """Organisations have no personal data of their own."""
    return bool(party.kind == PartyKind.PERSON)


PERSONAL_VIEWS = (
    FormExtension(
        Party,
        actions=(
            Action("vcard", take_vcard, _("Download as vCard"), icon="address-book", menu=True),
            Action(
                "personal_data",
                open_personal_data,
                _("Personal data…"),
                icon="shield-lock",
                visible=is_person,
                role=ROLE,
                menu=True,
            ),
        ),
    ),
    Slot("*.menu", template="base/_send_item.html", context=letters.item, sequence=10),
    Slot("*.actions", template="base/_send_button.html", context=letters.item, sequence=10),
    Slot("base.party.side", template="base/_consents.html", context=consents.beside, sequence=60),
    Slot("base.party.side", template="base/_external_ids.html", context=numbers.beside, sequence=70),
)

PERSONAL_MENUS = (
    Menu(
        _("Personal data"),
        view="/settings/personal-data",
        icon="shield-lock",
        group="settings",
        sequence=60,
        role=ROLE,
    ),
    Menu(
        _("Master data"),
        view="/settings/master-data",
        icon="database-import",
        group="settings",
        sequence=61,
        role="base.admin",
    ),
    Menu(
        _("E-mail templates"),
        view="/settings/mail-templates",
        icon="mail-cog",
        group="settings",
        sequence=62,
        role="base.admin",
    ),
    Menu(_("Import vCards"), view="/contacts/vcards", icon="address-book", group="settings", sequence=63),
    Menu(_("Calendar address"), view="/my/calendar", icon="calendar-share", group="settings", sequence=64),
)
