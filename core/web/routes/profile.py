"""The user's own page: language, colours, keys, password, second step, sessions; and the company switcher."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import segno
from markupsafe import Markup

from core.errors import Invalid
from core.i18n import _
from core.security import accounts, second_factor, sessions, tokens
from core.security.models import Density, Theme, User
from core.web import places
from core.web.agents import spoken_agent
from core.web.forms import Checked
from core.web.pages import action, page
from core.web.render import local
from core.web.results import Nothing, Page, Redirect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.web.request import Request

HOME = "/profile"


@page(HOME)
def profile(env: Env, request: Request) -> Page:
    """Show everything a user decides alone."""
    return _page(env, request)


def _page(
    env: Env,
    request: Request,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    token: str = "",
) -> Page:
    user = env.get(User, env.user.id or 0)
    context = {
        "user": user,
        "values": values or _values(user),
        "errors": errors or {},
        "languages": places.LANGUAGES,
        "zones": [
            ("", str(_("As the company"))),
            *((zone, zone.replace("_", " ")) for zone in places.zones()),
        ],
        "themes": [(theme.value, str(theme.label)) for theme in Theme],
        "densities": [(density.value, str(density.label)) for density in Density],
        "sessions": sessions.of_user(env),
        "spoken": spoken_agent,
        "here": request.signed_in.session_id,
        "second": second_factor.is_on(env),
        "codes_left": second_factor.codes_left(env),
        "tokens": tokens.of_user(env),
        "fresh_token": token,
    }
    return Page("core/profile/profile.html", context, status=422 if errors else 200)


def _values(user: User) -> dict[str, Any]:
    names = ("name", "locale", "tz", "single_keys")
    chosen = {name: getattr(user, name) for name in names}
    return chosen | {"theme": user.theme.value, "density": user.density.value}


@action(HOME)
def save(env: Env, request: Request) -> Page | Redirect:
    """Keep the user's preferences."""
    form = Checked(request.form)
    name = form.text("name", _("Write your name."), most=120)
    locale = form.choice("locale", dict(places.LANGUAGES), _("Choose a language."))
    zone = form.choice("tz", ("", *places.zones()), _("Choose a time zone."))
    theme = form.choice("theme", [theme.value for theme in Theme], _("Choose the colours."))
    density = form.choice("density", [one.value for one in Density], _("Choose the density."))
    if form.errors:
        shown = request.form.over(_values(env.get(User, env.user.id or 0)))
        shown["single_keys"] = "single_keys" in request.form
        return _page(env, request, shown, form.errors)
    with env.system("change one's own preferences") as system:
        user = system.get(User, env.user.id or 0)
        user.name, user.locale, user.tz = name, locale, zone
        user.theme, user.density = Theme(theme), Density(density)
        user.single_keys = "single_keys" in request.form
    return Redirect(HOME, toast=_("Profile saved."))


@action(HOME + "/density")
def density(env: Env, request: Request) -> Nothing:
    """Keep the density chosen on a list."""
    chosen = Density.COMFORTABLE if request.form.get("density") == "comfortable" else Density.COMPACT
    with env.system("change one's own preferences") as system:
        system.get(User, env.user.id or 0).density = chosen
    return Nothing()


@action(HOME + "/password")
def password(env: Env, request: Request) -> Page | Redirect:
    """Replace the password; the other sessions end."""
    form = Checked(request.form)
    fresh = form.password("password", "again")
    try:
        form.done()
        accounts.change_password(
            env,
            request.form.as_dict().get("current", ""),
            fresh,
            keep_session=request.signed_in.session_id,
        )
    except Invalid as error:
        return _page(env, request, None, error.fields)
    return Redirect(HOME, toast=_("Password changed. Your other sessions and your API tokens have ended."))


@action(HOME + "/sessions/{session_id:int}/end")
def end_session(env: Env, session_id: int) -> Redirect:
    """End a session on another device."""
    sessions.revoke(env, session_id)
    return Redirect(HOME, toast=_("The session has ended."))


@page(HOME + "/second-step")
def second_step(env: Env) -> Page:
    """Show the code to scan."""
    return _enrolment(second_factor.begin(env), {})


def _enrolment(enrolment: second_factor.Enrolment, errors: Mapping[str, str]) -> Page:
    image = segno.make(enrolment.address, error="m").svg_inline(
        scale=5, border=2, dark="#000", omitsize=True, svgclass="qr", lineclass=None
    )
    context = {
        "secret": enrolment.secret,
        "address": enrolment.address,
        "image": Markup(image),  # noqa: S704 - drawn by segno from our own address
        "errors": errors,
    }
    return Page("core/profile/second_step.html", context, status=422 if errors else 200)


@action(HOME + "/second-step")
def confirm_second_step(env: Env, request: Request) -> Page:
    """Turn the second step on once the phone shows the right code."""
    secret = request.form.get("secret")
    try:
        given = request.form.as_dict().get("password", "")
        codes = second_factor.confirm(env, secret, request.form.get("code"), given)
    except Invalid as error:
        again = second_factor.Enrolment(secret, request.form.get("address"))
        return _enrolment(again, error.fields)
    return Page("core/profile/codes.html", {"codes": codes})


@action(HOME + "/second-step/codes")
def fresh_codes(env: Env, request: Request) -> Page:
    """Replace the recovery codes."""
    try:
        codes = second_factor.new_codes(env, request.form.as_dict().get("codes_password", ""))
    except Invalid as error:
        return _page(env, request, None, {"codes_password": next(iter(error.fields.values()))})
    return Page("core/profile/codes.html", {"codes": codes})


@action(HOME + "/second-step/off")
def second_step_off(env: Env, request: Request) -> Page | Redirect:
    """Turn the second step off."""
    try:
        second_factor.turn_off(env, request.form.as_dict().get("off_password", ""))
    except Invalid as error:
        return _page(env, request, None, {"off_password": next(iter(error.fields.values()))})
    return Redirect(HOME, toast=_("The second step is off."))


@action(HOME + "/tokens")
def make_token(env: Env, request: Request) -> Page:
    """Make an API token and show it, once."""
    form = Checked(request.form)
    name = form.text("token_name", _("Write what the token is for."), most=80)
    scope = form.choice("scope", ("read", "write"), _("Choose what the token may do."))
    if form.errors:
        return _page(env, request, None, form.errors)
    days = request.form.integer("days", 0) or 0
    expires = env.now() + timedelta(days=min(days, 3650)) if days else None
    scopes = ["read"] if scope == "read" else ["read", "write"]
    return _page(env, request, token=tokens.create(env, name, scopes, expires_at=expires))


@action(HOME + "/tokens/{token_id:int}/revoke")
def revoke_token(env: Env, token_id: int) -> Redirect:
    """End an API token at once."""
    tokens.revoke(env, token_id)
    return Redirect(HOME, toast=_("The token no longer works."))


@action("/company/all")
def see_all(env: Env, request: Request) -> Redirect:
    """See the documents of all one's companies together."""
    sessions.see_all_companies(env, request.signed_in.session_id)
    return Redirect(local(request.form.get("back") or "/"))


@action("/company/{company_id:int}")
def switch(env: Env, request: Request, company_id: int) -> Redirect:
    """Work in another company."""
    sessions.switch_company(env, request.signed_in.session_id, company_id)
    return Redirect(local(request.form.get("back") or "/"))


ROUTES = (
    profile,
    save,
    density,
    password,
    end_session,
    second_step,
    confirm_second_step,
    fresh_codes,
    second_step_off,
    make_token,
    revoke_token,
    see_all,
    switch,
)
