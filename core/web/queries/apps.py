"""Cards of *Settings > Apps*, what an app would bring, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.builtin.models import AddonEvent, AddonState
from core.i18n import Text, _, ngettext
from core.orm.search import fold
from core.orm.sorting import people_order
from core.registry import ownership
from core.registry.answering import ACTION, SECONDS
from core.registry.discovery import CORE
from core.registry.plans import GROUND
from core.security.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from core.env import Env
    from core.registry.addon import Addon
    from core.registry.compose import Registry
    from core.registry.plans import EnablePlan

CATEGORIES = (
    ("CRM", _("CRM"), _("Win and keep customers")),
    ("ERP", _("ERP"), _("Run the business")),
    ("Bridge", _("Bridge"), _("One customer, both sides")),
    ("Localisation", _("Localisation"), _("Rules of a country")),
    ("Other", _("Other"), _("From partners and of your own")),
    ("Base", _("Ground"), _("What the others stand on")),
)
ON, OFF, NEW, GONE = "on", "off", "new", "gone"
"""Enabled; disabled with its data kept; never enabled, or removed; with data here, and without its code."""


@dataclass(frozen=True, slots=True)
class Card:
    """One app as the page shows it."""

    name: str
    title: str
    summary: str
    icon: str
    category: str
    version: str
    author: str
    state: str
    needs: tuple[str, ...]
    """Titles of apps it needs that are not enabled."""
    update: bool = False
    """Its code is newer than its tables."""
    enabled: bool = False
    """Whether it is to run; what is gone does not, until its code is back."""

    @property
    def found_by(self) -> str:
        """What the search field looks through."""
        return fold(f"{self.title} {self.summary} {self.name} {self.category}")


@dataclass(frozen=True, slots=True)
class Brings:
    """What enabling adds, in numbers, and who sees it."""

    menus: int
    views: int
    reports: int
    roles: tuple[str, ...]

    @property
    def summary(self) -> str:
        """What comes, in words; what does not come is not said."""
        parts = [
            ngettext("{count} menu", "{count} menus", self.menus) if self.menus else "",
            ngettext("{count} screen", "{count} screens", self.views) if self.views else "",
            ngettext("{count} report", "{count} reports", self.reports) if self.reports else "",
        ]
        return ", ".join(str(part) for part in parts if part) or str(_("Nothing to see by itself"))


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    id: int
    title: str
    action: Text
    at: datetime
    by: str
    detail: str
    archive: bool
    can_return: bool
    company: str = ""
    """Where it was decided for one company."""


ACTIONS = {
    "enabled": _("enabled"),
    "disabled": _("disabled"),
    "removed": _("removed with its data"),
    "brought back": _("brought back from its archive"),
    "examples written": _("examples written"),
    "left out": _("raised too often, its panels were left out for 10 minutes"),
    "used": _("used by"),
    "stopped": _("no longer used by"),
}


def cards(env: Env) -> list[Card]:
    """Exactly the addons that were found, but for the platform itself."""
    known = {state.name: state for state in env.session.scalars(select(env[AddonState]))}
    found = []
    for name, addon in env.registry.discovered.addons.items():
        if name == CORE:
            continue
        state = known.get(name)
        found.append(_card(env, addon, state))
    gone = known.keys() - env.registry.discovered.addons.keys()
    found += [_card_without_code(env, known[name]) for name in gone]
    return sorted(found, key=lambda card: (people_order(card.title), card.name))


def _card_without_code(env: Env, state: AddonState) -> Card:
    why = ownership.why_missing(env.registry.discovered, state.name)
    return Card(
        state.name, state.name, why, "alert-triangle", "Other", state.installed_version, "", GONE, (),
        enabled=state.enabled,
    )  # fmt: skip


def _card(env: Env, addon: Addon, state: AddonState | None) -> Card:
    manifest = addon.manifest
    needs = tuple(
        title_of(env, needed)
        for needed in manifest.depends
        if needed not in env.registry.whole.enabled and needed not in GROUND
    )
    stage = NEW if state is None else ON if state.enabled else OFF
    update = state is not None and state.installed_version != manifest.version
    return Card(
        addon.name,
        str(manifest.display),
        str(manifest.summary),
        manifest.icon,
        manifest.category,
        manifest.version,
        manifest.author,
        stage,
        needs if stage != ON else (),
        update,
        stage == ON,
    )


def left_out(env: Env) -> list[tuple[str, str]]:
    """Title, and what it raised, of the apps whose panels and figures are left out just now."""
    event = env[AddonEvent]
    since = env.now() - timedelta(seconds=SECONDS)
    found = env.session.scalars(
        select(event).where(event.action == ACTION, event.at > since).order_by(event.addon_name, event.id)
    )
    return sorted({title_of(env, one.addon_name): one.detail or "" for one in found}.items())


def title_of(env: Env, name: str) -> str:
    """The title on an addon's card; its name when it is no longer here."""
    addon = env.registry.discovered.addons.get(name)
    return str(addon.manifest.display) if addon else name


def matching(found: Iterable[Card], words: str, state: str) -> list[Card]:
    """Cards with every word, in a state: "on", "updates" or any."""
    wanted = fold(words).split()
    return [
        card
        for card in found
        if all(word in card.found_by for word in wanted)
        and (state != ON or card.state == ON)
        and (state != "updates" or card.update)
    ]


def by_category(found: Iterable[Card], declared: Mapping[str, str]) -> list[tuple[str, str, list[Card]]]:
    """Title, explanation and cards of each category that has some; those that addons declare come before
    the last two."""
    kept = list(found)
    groups = []
    own = [(name, name, explanation) for name, explanation in sorted(declared.items())]
    for key, title, explanation in (*CATEGORIES[:-2], *own, *CATEGORIES[-2:]):
        inside = [card for card in kept if card.category == key]
        if inside:
            groups.append((str(title), str(explanation), inside))
    return groups


def brings(target: Registry, plan: EnablePlan) -> Brings:
    """Count what the plan adds; ``target`` is the registry of its result."""
    new = set(plan.all)
    plugins = [module for name, module in target.plugins.items() if name.split("__")[0] in new]

    def declared(hook: str) -> list[object]:
        return [item for module in plugins if hasattr(module, hook) for item in getattr(module, hook)()]

    roles = tuple(str(getattr(role, "label", "")) for role in declared("declare_roles"))
    return Brings(
        len(declared("declare_menus")),
        len(declared("declare_views")),
        len(declared("declare_reports")),
        tuple(dict.fromkeys(label for label in roles if label)),
    )


def history(env: Env, name: str = "", limit: int = 200) -> list[Happened]:
    """What was turned on and off, newest first; of one app, or of all."""
    event, user = env[AddonEvent], env[User]
    query = (
        select(event, user.name)
        .outerjoin(user, user.id == event.user_id)
        .order_by(event.id.desc())
        .limit(limit)
    )
    if name:
        query = query.where(event.addon_name == name)
    here = {state.name for state in env.session.scalars(select(env[AddonState]))}
    found = []
    for one, by in env.session.execute(query):
        archived = bool(one.archive) and one.action == "removed"
        found.append(
            Happened(
                one.id,
                title_of(env, one.addon_name),
                ACTIONS.get(one.action, Text(one.action, domain="core")),
                one.at,
                by or "Passerelle",
                one.detail or "",
                archived,
                archived and one.addon_name not in here and one.addon_name in env.registry.discovered.addons,
                one.detail or "" if one.action in ("used", "stopped") else "",
            )
        )
    return found
