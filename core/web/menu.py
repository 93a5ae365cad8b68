"""The side bar: entries that the enabled addons declare, without those the user may not open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.i18n import _
from core.orm.sorting import people_order
from core.views.catalog import views_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.env import Env
    from core.views.declare import Menu

# icons: puzzle list
GROUPS = (("", ""), ("crm", _("CRM")), ("erp", _("ERP")), ("both", _("CRM and ERP")))
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the side bar."""

    label: str
    url: str
    icon: str
    letter: str
    current: bool = False
    count: str = ""
    under: str = ""
    """Address of the entry it stands below; empty for a main entry."""
    shown: bool = True


@dataclass(frozen=True, slots=True)
class MenuPart:
    """The entries of one family."""

    label: str
    entries: tuple[MenuEntry, ...]


def address(view: str) -> str:
    """Where a menu leads: a model's list, a named list of it, a dashboard, or a path as it is."""
    if view.startswith("/"):
        return view
    if "/" in view:
        return f"/app/{view}"
    model, _colon, name = view.partition(":")
    addon, _dot, short = model.partition(".")
    return f"/app/{addon}/{short}/" + (f"?list={name}" if name else "")


def allowed(env: Env, menu: Menu) -> bool:
    """Whether the user may open what an entry leads to."""
    if env.access.everything:
        return True
    if menu.role and menu.role not in env.access.roles:
        return False
    if "/" in menu.view:
        return True
    return env.access.allows(menu.view.partition(":")[0], "r")


def groups_of(env: Env) -> list[tuple[str, str]]:
    """Name and label of the groups of the side bar, in order: the platform's, then those of addons."""
    return [*GROUPS, *((group.name, group.label) for group in views_of(env.registry).menu_groups)]


def entries(env: Env, group: str) -> list[MenuEntry]:
    """The entries of one group that the user may open."""
    found = [menu for menu in views_of(env.registry).menus if menu.group == group and allowed(env, menu)]
    return [
        MenuEntry(
            str(menu.label),
            address(menu.view),
            menu.icon,
            "",
            under=address(menu.under) if menu.under else "",
        )
        for menu in sorted(found, key=lambda menu: (menu.sequence, people_order(str(menu.label))))
    ]


def menu_for(env: Env, path: str, named: str = "") -> tuple[MenuPart, ...]:
    """The side bar as this user sees it on this page, which may show a named list.

    Each entry gets a letter of its own for "G, letter".
    """
    groups = [(label, entries(env, key)) for key, label in groups_of(env)]
    everything = [entry for _label, found in groups for entry in found]
    here = nearest(path, named, everything)
    taken = {SETTINGS[0]}
    made = []
    for label, found in groups:
        lettered = []
        for entry in _nested(found):
            letter = _letter(entry.label, taken)
            taken.add(letter)
            part = entry.under or entry.url
            shown = not entry.under or part == _part(here, found)
            lettered.append(replace(entry, letter=letter, current=entry.url == here, shown=shown))
        if lettered:
            made.append(MenuPart(str(label), tuple(lettered)))
    return tuple(made)


def _nested(found: Sequence[MenuEntry]) -> list[MenuEntry]:
    """Each main entry followed by those below it; one whose main entry may not be opened stands by itself."""
    main = {entry.url for entry in found if not entry.under}
    ordered: list[MenuEntry] = []
    for entry in found:
        if not entry.under:
            ordered += [entry, *(other for other in found if other.under == entry.url)]
        elif entry.under not in main:
            ordered.append(replace(entry, under=""))
    return ordered


def _part(here: str, found: Sequence[MenuEntry]) -> str:
    """The main entry of the part this page belongs to."""
    return next((entry.under or entry.url for entry in found if entry.url == here), "")


def _letter(label: str, taken: set[str]) -> str:
    for sign in label.casefold():
        if sign.isascii() and sign.isalpha() and sign not in taken:
            return sign
    return ""


def nearest(path: str, named: str, found: Sequence[MenuEntry]) -> str:
    """The address of the entry this page belongs to: the longest that begins it, its named list first."""

    def nearness(entry: MenuEntry) -> tuple[int, bool, bool]:
        place, _mark, query = entry.url.partition("?")
        return len(place), query == (f"list={named}" if named else ""), not query

    fitting = [entry for entry in found if path.startswith(entry.url.partition("?")[0])]
    return max(fitting, key=nearness).url if fitting else ""
