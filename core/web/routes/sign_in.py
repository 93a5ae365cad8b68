"""Sign in and out, the second step, forgotten passwords, invitations, the language of the sign-in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.builtin.models import Workspace
from core.errors import Invalid
from core.i18n import LANGUAGES, _
from core.security import account_links, sessions
from core.security import sign_in as signing
from core.security.models import LinkExpired
from core.web.cookies import session_cookie
from core.web.forms import Checked
from core.web.pages import action, page
from core.web.render import local
from core.web.results import Cookie, Page, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request

TICKET, DEVICE = "ticket", "device"
YEAR = 365 * 24 * 3600


@page("/login", access="anyone")
def form(env: Env, request: Request) -> Page | Redirect:
    """Show the sign-in form; a fresh workspace begins with the set-up."""
    back = local(request.query.get("next") or "/")
    if request.signed_in is not None:
        return Redirect(back)
    with env.system("is the set-up done") as system:
        ready = system.session.scalars(select(system[Workspace].ready_at)).first()
    if ready is None:
        return Redirect("/setup")
    return _form(request, back)


def _form(request: Request, back: str, email: str = "", error: str = "") -> Page:
    context = {"email": email, "next": back, "error": error}
    return Page("core/auth/login.html", context, status=422 if error else 200)


@action("/login", access="anyone")
def sign_in(env: Env, request: Request) -> Page | Redirect:
    """Check address and password."""
    email, password = request.form.get("email"), request.form.as_dict().get("password", "")
    back = local(request.form.get("next") or "/")
    if not email or not password:
        return _form(request, back, email, str(_("Write your address and your password.")))
    known = request.cookies.get(DEVICE, "")
    outcome = signing.with_password(
        env, email, password, ip=request.ip, agent=request.user_agent, device=known
    )
    if isinstance(outcome, signing.Refused):
        return _form(request, back, email, str(outcome.sentence))
    if isinstance(outcome, signing.NeedsCode):
        seconds = int(signing.TICKET_LASTS.total_seconds())
        return Redirect(
            "/login/code?next=" + back,
            cookies=[Cookie(TICKET, outcome.ticket, max_age=seconds, path="/login")],
        )
    return Redirect(back, cookies=signed_in_cookies(request, outcome))


def signed_in_cookies(request: Request, done: signing.Done) -> list[Cookie]:
    """The session's, with a new token at every sign-in: one from before it is worth nothing; and the one by
    which sign-in knows this browser."""
    return [
        Cookie(session_cookie(request), done.token, max_age=sessions.LONGEST_DAYS * 24 * 3600),
        Cookie(DEVICE, done.device, max_age=YEAR, path="/login"),
    ]


@page("/login/code", access="anyone")
def code_form(request: Request) -> Page | Redirect:
    """Ask for the code of the phone."""
    if not request.cookies.get(TICKET):
        return Redirect("/login")
    return Page("core/auth/code.html", {"next": local(request.query.get("next") or "/"), "error": ""})


@action("/login/code", access="anyone")
def code(env: Env, request: Request) -> Page | Redirect:
    """Check the code."""
    back = local(request.form.get("next") or "/")
    ticket = request.cookies.get(TICKET, "")
    outcome = signing.with_code(
        env,
        ticket,
        request.form.get("code"),
        ip=request.ip,
        agent=request.user_agent,
        device=request.cookies.get(DEVICE, ""),
    )
    if isinstance(outcome, signing.Refused):
        context = {"next": back, "error": str(outcome.sentence)}
        return Page("core/auth/code.html", context, status=422)
    cookies = [*signed_in_cookies(request, outcome), Cookie(TICKET, "", path="/login")]
    return Redirect(back, cookies=cookies)


@action("/logout", access="anyone")
def sign_out(env: Env, request: Request) -> Redirect:
    """End the session here and in the database."""
    if request.signed_in is not None:
        sessions.end(env, request.signed_in.session_id)
    return Redirect("/login", cookies=[Cookie(session_cookie(request), "")])


@page("/forgotten", access="anyone")
def forgotten_form() -> Page:
    """Ask where to send the link."""
    return Page("core/auth/forgotten.html", {"email": "", "sent": False, "error": ""})


@action("/forgotten", access="anyone")
def forgotten(env: Env, request: Request) -> Page:
    """Send a link when there is such an account; the answer is the same when there is none."""
    form = Checked(request.form)
    email = form.email("email")
    if form.errors:
        context = {"email": request.form.get("email"), "sent": False, "error": form.errors["email"]}
        return Page("core/auth/forgotten.html", context, status=422)
    account_links.ask_reset(env, email, ip=request.ip)
    return Page("core/auth/forgotten.html", {"email": email, "sent": True, "error": ""})


@page("/reset/{token:str}", access="anyone")
def reset_form(env: Env, token: str) -> Page:
    """Show the form behind a reset link."""
    try:
        guest = account_links.resetting(env, token)
    except LinkExpired as expired:
        return _expired(expired)
    return _password(f"/reset/{token}", guest, {}, invited=False)


@action("/reset/{token:str}", access="anyone")
def reset(env: Env, request: Request, token: str) -> Page | Redirect:
    """Keep the new password, end all sessions, and sign in here."""
    try:
        guest = account_links.resetting(env, token)
        form = Checked(request.form)
        password = form.password("password", "again")
        form.done()
        account_links.reset(env, token, password, ip=request.ip)
    except LinkExpired as expired:
        return _expired(expired)
    except Invalid as error:
        return _password(f"/reset/{token}", guest, error.fields, invited=False)
    return Redirect("/login", toast=_("Your new password is kept. Sign in with it."))


@page("/invitation/{token:str}", access="anyone")
def invitation_form(env: Env, token: str) -> Page:
    """Show the form behind an invitation."""
    try:
        guest = account_links.invited(env, token)
    except LinkExpired as expired:
        return _expired(expired)
    return _password(f"/invitation/{token}", guest, {}, invited=True)


@action("/invitation/{token:str}", access="anyone")
def accept(env: Env, request: Request, token: str) -> Page | Redirect:
    """Keep name and password, and sign in."""
    try:
        guest = account_links.invited(env, token)
        form = Checked(request.form)
        name = form.text("name", _("Write your name."), most=120)
        password = form.password("password", "again")
        form.done()
        user_id = account_links.accept(env, token, name=name, password=password)
    except LinkExpired as expired:
        return _expired(expired)
    except Invalid as error:
        named = account_links.Guest(request.form.get("name"), guest.email)
        return _password(f"/invitation/{token}", named, error.fields, invited=True)
    opened = signing.open_session(env, user_id, ip=request.ip, agent=request.user_agent)
    cookies = signed_in_cookies(request, opened)
    return Redirect("/", cookies=cookies, toast=_("Welcome, {name}.", name=name))


def _password(address: str, guest: account_links.Guest, errors: object, *, invited: bool) -> Page:
    context = {
        "action": address,
        "name": guest.name,
        "email": guest.email,
        "errors": errors,
        "invited": invited,
    }
    return Page("core/auth/password.html", context, status=422 if errors else 200)


def _expired(error: LinkExpired) -> Page:
    context = {"message": str(error.message), "hint": str(error.hint)}
    return Page("core/auth/expired.html", context, status=410)


@action("/language", access="anyone")
def language(request: Request) -> Redirect:
    """Choose the language of pages without a user."""
    chosen = request.form.get("language")
    chosen = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return Redirect(local(request.form.get("back") or "/login"), cookies=[Cookie("language", chosen, YEAR)])


ROUTES = (
    form,
    sign_in,
    code_form,
    code,
    sign_out,
    forgotten_form,
    forgotten,
    reset_form,
    reset,
    invitation_form,
    accept,
    language,
)
