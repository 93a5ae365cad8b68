"""What the frame of a page shows of the reader: language, theme, company, side bar, a waiting toast."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from markupsafe import Markup
from sqlalchemy import select

from core import uploads
from core.builtin.models import Company
from core.i18n import _, current_locale
from core.orm.sorting import people_order
from core.web import csrf
from core.web.favourites import Favourites
from core.web.menu import MenuPart, menu_for

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request

TOAST_COOKIE = "toast"

_SENTENCES = {
    "selected_one": _("1 selected"),
    "selected": _("{count} selected"),
    "keep": _("Keep it as it is"),
}


@dataclass(frozen=True, slots=True)
class Shell:
    """The variable ``shell`` of every template."""

    language: str
    theme: str
    density: str
    single_keys: bool
    csrf: str
    nonce: str
    texts: dict[str, str]
    toast: dict[str, str] | None = None
    signed_in: bool = False
    user: str = ""
    company: str = ""
    company_id: int | None = None
    companies: tuple[tuple[int, str], ...] = ()
    all_companies: bool = False
    """Whether they are looked at together."""
    is_admin: bool = False
    menu: tuple[MenuPart, ...] = field(default=())
    in_settings: bool = False
    favourites: Favourites | None = None
    events: str = ""
    request_id: str = ""
    path: str = ""
    once_key: str = ""
    """The key that the form of this request carried."""

    @property
    def once(self) -> Markup:
        """The hidden field of a form that must not do its work twice: another key each time.

        It is a field, never the name of a button: a form is also sent by a key or a script.
        """
        return _once_field(secrets.token_urlsafe(16))

    @property
    def same_once(self) -> Markup:
        """The same field of a form that is drawn again before it did its work: it keeps its key."""
        return _once_field(self.once_key) if self.once_key else self.once


def _once_field(key: str) -> Markup:
    return Markup('<input type="hidden" name="once-key" value="{}">').format(key)


def shell_for(env: Env, request: Request) -> Shell:
    """Read what the frame needs; what all pages share is remembered."""
    signed_in = request.signed_in
    common: dict[str, Any] = {
        "language": current_locale().partition("_")[0],
        "csrf": csrf.token(request.csrf_secret),
        "nonce": request.nonce,
        "texts": {key: str(text) for key, text in _SENTENCES.items()},
        "toast": waiting_toast(request),
        "request_id": request.id,
        "path": request.path,
        "once_key": request.form.get("once-key")[:100],
    }
    if signed_in is None:
        theme = request.cookies.get("theme", "")
        theme = theme if theme in ("light", "dark") else ""
        return Shell(theme=theme, density="", single_keys=True, **common)
    companies = companies_of(env, signed_in.registry_version)
    return Shell(
        theme=signed_in.theme,
        density=signed_in.density,
        single_keys=signed_in.single_keys,
        signed_in=True,
        user=env.user.name,
        company=dict(companies).get(env.company_id or 0, env.workspace.title),
        company_id=env.company_id,
        companies=companies,
        all_companies=len(env.company_ids) > 1,
        is_admin=env.access.everything,
        menu=menu_for(env, request.path, request.query.get("list") or _listed(request)),
        in_settings=request.path.startswith("/settings"),
        favourites=Favourites(env, request),
        events="/events",
        **common,
    )


_names: dict[tuple[str, int], dict[int, str]] = {}


def _listed(request: Request) -> str:
    """The named list that the page of a record was opened from."""
    came = request.query.get("in")
    if not came:
        referer = urlsplit(request.headers.get("referer", ""))
        came = referer.query if referer.path == request.path.rpartition("/")[0] + "/" else ""
    return parse_qs(came).get("list", [""])[0]


def companies_of(env: Env, version: int) -> tuple[tuple[int, str], ...]:
    """The companies the user may work in.

    Names are kept per version of the workspace (changing a company raises it): a page must not touch the
    table at every request, for a long report would then keep an addon from adding columns to it.
    """
    key = (env.workspace.schema, version)
    names = _names.get(key)
    if names is None:
        model = env[Company]
        with env.system("names for the company switcher") as system:
            rows = system.session.execute(select(model.id, model.name)).all()
        names = {row.id: row.name for row in rows}
        if len(_names) > 500:
            _names.clear()
        _names[key] = names
    found = [(one, names[one]) for one in env.user_companies if one in names]
    return tuple(sorted(found, key=lambda pair: people_order(pair[1])))


def waiting_toast(request: Request) -> dict[str, str] | None:
    """The toast that a redirect left for this page; it is shown once."""
    kept = request.cookies.get(TOAST_COOKIE, "")
    if not kept:
        return None
    request.later["drop_toast"] = True
    try:
        values = uploads.read_json(unquote(kept))
    except uploads.Damaged:
        return None
    return {str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else None
