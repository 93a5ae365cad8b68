"""Turn what a handler gave back into an answer: text, status, headers, cookies."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from core.i18n import using
from core.web import htmx
from core.web.results import Cookie, File, Fragment, Nothing, Page, Redirect, Toast
from core.web.shell import TOAST_COOKIE, shell_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env
    from core.web.context import Site
    from core.web.request import Request
    from core.web.results import Result

HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Answer:
    """Ready to be sent; made inside the transaction, sent after the commit."""

    content: bytes | Iterable[bytes]
    status: int = 200
    media_type: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[Cookie] = field(default_factory=list)


def render(site: Site, env: Env, request: Request, result: Result) -> Answer:
    """Render in the thread that ran the handler, in the reader's language."""
    with using(request.later.get("locale") or env.locale):
        return _rendered(site, env, request, result)


def _rendered(site: Site, env: Env, request: Request, result: Result) -> Answer:
    if isinstance(result, str):
        return Answer(result.encode())
    if isinstance(result, Page):
        answer = _page(site, env, request, result)
    elif isinstance(result, Fragment):
        answer = _fragment(site, env, request, result)
    elif isinstance(result, Redirect):
        answer = redirect(request, result)
    elif isinstance(result, Nothing):
        answer = Answer(b"", 204)
        _tell(answer, dict(result.events), result.toast)
    elif isinstance(result, File):
        answer = _file(result)
    else:
        message = "Outside is worked off before rendering"
        raise TypeError(message)
    if request.later.get("drop_toast"):
        answer.cookies.append(Cookie(TOAST_COOKIE, ""))
    answer.cookies.extend(request.later.get("cookies", ()))
    return answer


def _page(site: Site, env: Env, request: Request, page: Page) -> Answer:
    partial = page.partial and request.htmx.partial
    template = site.templates.get_template(page.partial if partial else page.template)
    text = template.render({"shell": shell_for(env, request), "env": env, "request": request, **page.context})
    return Answer(text.encode(), page.status, headers={"Vary": htmx.VARY}, cookies=list(page.cookies))


def _fragment(site: Site, env: Env, request: Request, fragment: Fragment) -> Answer:
    shared = {"shell": shell_for(env, request), "env": env, "request": request}
    texts = [
        site.templates.get_template(one.template).render({**shared, **one.context})
        for one in (fragment, *fragment.beside)
    ]
    answer = Answer("\n".join(texts).encode(), fragment.status, headers={"Vary": htmx.VARY})
    for header, value in (
        ("HX-Retarget", fragment.target),
        ("HX-Reswap", fragment.swap),
        ("HX-Reselect", fragment.select),
        ("HX-Push-Url", fragment.push_url),
    ):
        if value:
            answer.headers[header] = value
    _tell(answer, dict(fragment.events), fragment.toast)
    return answer


def _tell(answer: Answer, events: dict[str, object], toast: Toast | str | None) -> None:
    if toast:
        events["toast"] = _toast(toast).as_dict()
    if events:
        answer.headers["HX-Trigger"] = htmx.trigger(events)


def redirect(request: Request, result: Redirect) -> Answer:
    """303 for a form; htmx is told to go on by a header, for it would follow a 303 silently."""
    url = local(result.url)
    cookies = list(result.cookies)
    if result.toast:
        told = json.dumps(_toast(result.toast).as_dict(), ensure_ascii=True, separators=(",", ":"))
        cookies.append(Cookie(TOAST_COOKIE, quote(told), max_age=60))
    if request.htmx.here:
        return Answer(b"", 200, headers={"HX-Redirect": url}, cookies=cookies)
    return Answer(b"", 303, headers={"Location": url}, cookies=cookies)


def local(url: str) -> str:
    """Only a path of this site; anything else leads home."""
    if url.startswith("/") and not url.startswith(("//", "/\\")) and "\r" not in url and "\n" not in url:
        return quote(url, safe="/?&=#%:,;@!$'()*+~.-_[]")
    return "/"


def _toast(toast: Toast | str) -> Toast:
    return toast if isinstance(toast, Toast) else Toast(toast)


def _file(file: File) -> Answer:
    shown = "inline" if file.inline else "attachment"
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in " ._-") else "_" for sign in file.name
    )
    disposition = f"{shown}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Answer(file.content, media_type=file.media_type, headers=headers)
