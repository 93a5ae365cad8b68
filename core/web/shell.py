"""What the frame of a page shows of the reader: language, theme, company, side bar, a waiting toast."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sqlalchemy import select

from core.builtin.models import Company
from core.i18n import _, current_locale
from core.web import csrf
from core.web.menu import MenuGroup, menu_for

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
    is_admin: bool = False
    menu: tuple[MenuGroup, ...] = field(default=())
    in_settings: bool = False
    events: str = ""
    request_id: str = ""
    path: str = ""


def shell_for(env: Env, request: Request) -> Shell:
    """Read what the frame needs; the side bar comes from the registry's memory, companies from one statement."""
    signed_in = request.signed_in
    common: dict[str, Any] = {
        "language": current_locale().partition("_")[0],
        "csrf": csrf.token(request.csrf_secret),
        "nonce": request.nonce,
        "texts": {key: str(text) for key, text in _SENTENCES.items()},
        "toast": waiting_toast(request),
        "request_id": request.id,
        "path": request.path,
    }
    if signed_in is None:
        theme = request.cookies.get("theme", "")
        theme = theme if theme in ("light", "dark") else ""
        return Shell(theme=theme, density="", single_keys=True, **common)
    companies = companies_of(env)
    return Shell(
        theme=signed_in.theme,
        density=signed_in.density,
        single_keys=signed_in.single_keys,
        signed_in=True,
        user=env.user.name,
        company=dict(companies).get(env.company_id or 0, env.workspace.title),
        company_id=env.company_id,
        companies=companies,
        is_admin=env.access.everything,
        menu=menu_for(env, request.path),
        in_settings=request.path.startswith("/settings"),
        events="/events",
        **common,
    )


def companies_of(env: Env) -> tuple[tuple[int, str], ...]:
    """The companies the user may work in."""
    model = env[Company]
    rows = env.session.execute(
        select(model.id, model.name).where(model.id.in_(env.company_ids), model.active).order_by(model.name)
    )
    return tuple((row.id, row.name) for row in rows)


def waiting_toast(request: Request) -> dict[str, str] | None:
    """The toast that a redirect left for this page; it is shown once."""
    kept = request.cookies.get(TOAST_COOKIE, "")
    if not kept:
        return None
    request.later["drop_toast"] = True
    try:
        values = json.loads(unquote(kept))
    except ValueError:
        return None
    return {str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else None
