"""Pages and records that a person keeps at hand, in the side bar and the palette."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import select

from core.errors import RuleBroken
from core.i18n import _
from core.views.models import Favourite
from core.web.menu import MenuEntry, entries, groups_of, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.env import Env
    from core.web.request import Request

MOST: Final = 30
"""Favourites of one person; more would be a second menu."""
LONGEST: Final = 1000
_RECORD = re.compile(r"/app/[^/]+/[^/]+/\d+")
_LIST = re.compile(r"/app/[^/]+/[^/]+")
"""A list as a request names it: without the slash that its address has."""
_PLACES = frozenset({"after", "before", "start", "in", "count"})
"""What an address says of the place in a list."""


class TooManyFavourites(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("You have {most} favourites.", most=MOST), hint=_("Take a star away first, where it lights.")
        )


@dataclass(frozen=True, slots=True)
class Star:
    """The star of a page; without an address the page cannot be kept."""

    url: str
    on: bool


class Favourites:
    """Those of one person, read once when a page asks."""

    def __init__(self, env: Env, request: Request) -> None:
        self.env = env
        self.request = request

    @cached_property
    def kept(self) -> Sequence[Favourite]:
        """In the order they were starred."""
        model = self.env[Favourite]
        mine = select(model).where(model.user_id == self.env.user.id).order_by(model.id)
        return self.env.session.scalars(mine).all()

    @property
    def entries(self) -> list[MenuEntry]:
        """As entries of the side bar, with the icon of the app each belongs to."""
        menu = [entry for key, _label in groups_of(self.env) for entry in entries(self.env, key)]
        icons = {entry.url: entry.icon for entry in menu}
        found = []
        for one in self.kept:
            place = urlsplit(one.url)
            named = dict(parse_qsl(place.query)).get("list", "")
            icon = icons.get(nearest(place.path, named, menu), "star")
            found.append(MenuEntry(one.label, one.url, icon, ""))
        return found

    def star(self, label: str) -> Star:
        """Of the page that is drawn; a kept one takes on what the page calls itself now."""
        url = place_of(self.request)
        known = next((one for one in self.kept if one.url == url), None)
        name = label.strip()[:200]
        if known is not None and name and known.label != name:
            known.label = name
            self.env.session.flush()
        return Star(url, known is not None)


def place_of(request: Request) -> str:
    """The address of the page a request draws, without the place in a list; empty for what is no page."""
    if request.path == "/favourites":
        url = request.form.get("url")
    elif request.writes:
        current = urlsplit(request.htmx.current_url)
        url = f"{current.path}?{current.query}" if current.query else current.path
    else:
        url = request.url
    return cleaned(url)


def cleaned(url: str) -> str:
    """An address of this site as it is kept; empty when it cannot be."""
    place = urlsplit(url)
    if place.scheme or place.netloc or not place.path.startswith("/") or place.path.endswith("/new"):
        return ""
    if _RECORD.fullmatch(place.path):
        return place.path
    kept = [pair for pair in parse_qsl(place.query) if pair[0] not in _PLACES]
    path = f"{place.path}/" if _LIST.fullmatch(place.path) else place.path
    whole = f"{path}?{urlencode(kept)}" if kept else path
    return whole if len(whole) <= LONGEST else ""


def toggle(env: Env, url: str, label: str) -> bool:
    """Keep a page at hand, or no longer; give whether it is kept now."""
    model = env[Favourite]
    address = cleaned(url)
    mine = select(model).where(model.user_id == env.user.id)
    known = env.session.scalars(mine.where(model.url == address)).one_or_none()
    if known is not None:
        env.session.delete(known)
        env.session.flush()
        return False
    if len(env.session.scalars(mine).all()) >= MOST:
        raise TooManyFavourites
    name = label.strip()[:200]
    if address and name:
        env.add(Favourite, user_id=env.user.id, url=address, label=name)
    return bool(address and name)
