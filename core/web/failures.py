"""What a person sees when something did not work: what happened, what was kept, the way out, a reference."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from core.db.refusals import DatabaseAway, DatabaseBusy, broken_rule
from core.errors import CoreError, Invalid, NotAllowed, NotFound, Stale, Unavailable
from core.i18n import _, using
from core.web.logs import unexpected
from core.web.render import Answer, redirect, render
from core.web.results import Fragment, Page, Redirect
from core.web.unit import language_of, run

if TYPE_CHECKING:
    from core.env import Env
    from core.web.context import Site
    from core.web.request import Request

log = logging.getLogger("passerelle.web")

# icons: lock map-search alert-triangle alert-circle users
ICONS = {403: "lock", 404: "map-search", 409: "alert-circle", 422: "alert-circle"}
TITLES = {
    403: _("You cannot open this"),
    404: _("Nothing is here"),
    409: _("This was not done"),
    413: _("This is too large"),
    422: _("Something is missing"),
    503: _("This cannot be done right now"),
}


class SignInFirst(CoreError):
    """Nobody is signed in; the reader is sent to the sign-in page and comes back afterwards."""

    status_code = 401

    def __init__(self, back: str) -> None:
        super().__init__(_("Sign in first."))
        self.back = back


class Unexpected(CoreError):
    """What the reader sees of an error that nobody foresaw."""

    def __init__(self, request_id: str) -> None:
        super().__init__(
            _(
                "The page could not be made. Nothing was changed. Reference {reference}.",
                reference=request_id,
            ),
            hint=_("Try again. When it stays, give the reference to your administrator."),
        )


def answer_to(site: Site, request: Request, error: Exception) -> Answer:
    """The page, or the fragment for htmx, that says what happened. Written in a transaction of its own."""
    if isinstance(error, SignInFirst):
        back = quote(error.back, safe="/") if error.back not in ("", "/") else ""
        return redirect(request, Redirect("/login" + (f"?next={back}" if back else "")))
    if isinstance(error, DatabaseAway | DatabaseBusy):
        log.warning("%s", type(error).__name__, extra={"request_id": request.id})
        with using(language_of(request)):
            return plain(error, request.id)  # a page of ours would ask the database again
    shown = core_error_of(request, error)
    try:
        answer = run(site, request, lambda env: render(site, env, request, explain(env, request, shown)))
    except Exception as second:
        unexpected(second, request.method, request.path, request.id)
        with using(language_of(request)):
            return plain(shown, request.id)
    answer.headers |= retry_header(shown)
    return answer


def core_error_of(request: Request, error: Exception) -> CoreError:
    """What the reader sees; of an error that nobody foresaw, the reference of its line in the log."""
    if isinstance(error, CoreError) and is_foreseen(error):
        return error
    if (refused := broken_rule(error)) is not None:
        log.warning("Reference %s: %s", request.id, error, extra={"request_id": request.id})
        return refused
    unexpected(error, request.method, request.path, request.id)
    return Unexpected(request.id)


def is_foreseen(error: CoreError) -> bool:
    """Whether its own words are for the reader; any other is told as unexpected."""
    return error.status_code < 500 or isinstance(error, Unavailable)


def explain(env: Env, request: Request, error: CoreError) -> Page | Fragment:
    """The error as a page, or as a note under the top bar when htmx asked."""
    context = {
        "status": error.status_code,
        "title": _title(error),
        "icon": ICONS.get(error.status_code, "alert-triangle"),
        "error": error,
        "fields": error.fields if isinstance(error, Invalid) else {},
        "message": str(error.message),
        "hint": str(error.hint),
    }
    if request.htmx.partial or (request.htmx.here and request.writes):
        return Fragment(
            "core/_notice.html",
            context,
            status=error.status_code,
            target="#notices",
            swap="innerHTML show:window:top",
            select=".note",
        )
    template = "core/error.html" if request.signed_in is not None else "core/error_bare.html"
    return Page(template, context, status=error.status_code)


def _title(error: CoreError) -> Any:
    if isinstance(error, Stale):
        return _("Someone else saved first")
    if isinstance(error, Unexpected):
        return _("This did not work")
    return TITLES.get(error.status_code, _("This did not work"))


def plain(error: CoreError, request_id: str) -> Answer:
    """The least that can be said when even the database is away."""
    from markupsafe import escape

    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Passerelle</title>'
        f"<h1>{escape(_title(error))}</h1><p>{escape(error.message)} {escape(error.hint)}</p>"
        f"<p>{escape(request_id)}</p></html>"
    )
    return Answer(text.encode(), error.status_code, headers=retry_header(error))


def retry_header(error: CoreError) -> dict[str, str]:
    """Seconds after which to try again, where trying again may help."""
    return {"retry-after": str(error.retry_after)} if isinstance(error, Unavailable) else {}


__all__ = ["NotAllowed", "NotFound", "SignInFirst", "Unexpected", "answer_to", "explain", "plain"]
