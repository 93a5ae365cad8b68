"""Read a request before the hop to the worker thread: form, files, cookies, who is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from multidict import MultiDict

from core.web import csrf
from core.web.htmx import Htmx
from core.web.request import Fields, Request, Upload
from core.web.results import Cookie

if TYPE_CHECKING:
    from litestar import Request as HttpRequest

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def head(http: HttpRequest[Any, Any, Any]) -> Request:
    """The request without its body."""
    state = http.scope["passerelle"]  # type: ignore[typeddict-item]  # put there by our middleware
    headers = {key.lower(): value for key, value in http.headers.items()}
    request = Request(
        method=str(http.method),
        path=http.scope["path"],  # not of http.url, which is put together with whatever the Host says
        id=state.request_id,
        workspace=state.workspace,
        host=state.host,
        scheme=state.scheme,
        query_string=http.scope["query_string"].decode("latin-1"),
        query=Fields(list(http.query_params.multi_items())),
        headers=headers,
        cookies=http.cookies,
        ip=state.ip,
        nonce=state.nonce,
        htmx=Htmx.of(headers),
        site=http.app.state.site,
    )
    _secret(request)
    return request


async def read(http: HttpRequest[Any, Any, Any]) -> Request:
    """The request as handlers see it. A form that cannot be parsed is a 400."""
    request = head(http)
    if request.writes:
        await _body(http, request)
    return request


async def _body(http: HttpRequest[Any, Any, Any], request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in FORMS:
        request.body = await http.body()
        return
    try:
        form: Any = await http.form()
    except (ClientException, ValueError, UnicodeError) as error:
        raise ClientException(detail="The form could not be read.") from error
    pairs: list[tuple[str, str]] = []
    files: dict[str, list[Upload]] = {}
    items = form.multi_items() if hasattr(form, "multi_items") else MultiDict(form).items()
    for name, value in items:
        if isinstance(value, UploadFile):
            content = await value.read()
            files.setdefault(name, []).append(Upload(value.filename, value.content_type, content))
        else:
            pairs.append((name, str(value)))
    request.form = Fields(pairs)
    request.files = files


def _secret(request: Request) -> None:
    """The browser's CSRF secret; one is made for a browser without."""
    kept = request.cookies.get(csrf.COOKIE, "")
    if csrf.known(kept):
        request.csrf_secret = kept
    else:
        request.csrf_secret = csrf.new_secret()


def note(http: HttpRequest[Any, Any, Any], request: Request) -> None:
    """Tell the middleware who it was, for the log."""
    state = http.scope["passerelle"]  # type: ignore[typeddict-item]  # put there by our middleware
    if request.signed_in is not None:
        state.user_id = request.signed_in.who.id


def new_cookies(request: Request) -> list[Cookie]:
    """Cookies that a browser without them gets with its first page."""
    if request.cookies.get(csrf.COOKIE) == request.csrf_secret:
        return []
    return [Cookie(csrf.COOKIE, request.csrf_secret)]
