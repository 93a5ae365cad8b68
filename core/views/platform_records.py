"""What administrators do with users, sessions, tokens and webhooks by name: the services of the pages under
Settings, for programs too.

The platform's own records have no inputs anywhere: nothing but a service writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from core.errors import Invalid
from core.i18n import _
from core.i18n.locales import LANGUAGES
from core.security import accounts, sessions, tokens
from core.security.models import ApiToken, Session, User
from core.security.roles import ADMIN
from core.views.declare import Action, Form
from core.views.endpoints import Endpoint
from core.webhooks import delivery
from core.webhooks.models import DeliveryStatus, Webhook, WebhookDelivery

if TYPE_CHECKING:
    from core.env import Env


class Invitation(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whom to invite, as the page asks it."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    email: Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@([^@\s]+\.[^@\s.]+|localhost)$")]
    language: str = "en"
    roles: list[str] = []
    companies: list[int] = []
    """Left out: the company that the call is made in."""


class Invited(Struct, kw_only=True):
    """Who was invited. ``link`` is shown this once, where there is no mail server to send it."""

    id: int
    link: str | None = None


def _invite(env: Env, given: Invitation) -> Invited:
    problems: dict[str, str] = {}
    if not given.name.strip():
        problems["name"] = _("Write the name.")
    if given.language not in LANGUAGES:
        problems["language"] = _("Choose one of: {choices}.", choices=", ".join(LANGUAGES))
    if unknown := sorted(set(given.roles) - env.access.declared.keys()):
        problems["roles"] = _("There is no role {name}.", name=unknown[0][:80])
    if problems:
        raise Invalid(fields=problems)
    user, link = accounts.invite(
        env,
        name=" ".join(given.name.split()),
        email=given.email,
        locale=given.language,
        roles=given.roles,
        company_ids=given.companies or env.company_ids[:1],
    )
    return Invited(id=user.id, link=link or None)


ENDPOINTS = (
    Endpoint(
        "core.user/actions/invite", _("Invite a user"), Invitation, Invited, _invite, ADMIN, keyed=False
    ),
)


def _deactivate(env: Env, user: User) -> None:
    accounts.deactivate(env, user.id)


def _activate(env: Env, user: User) -> None:
    accounts.activate(env, user.id)


def _end(env: Env, session: Session) -> None:
    sessions.revoke(env, session.id)


def _revoke(env: Env, token: ApiToken) -> None:
    tokens.revoke(env, token.id)


def _pause(env: Env, webhook: Webhook) -> None:
    delivery.switch(env, webhook, active=False)


def _resume(env: Env, webhook: Webhook) -> None:
    delivery.switch(env, webhook, active=True)


VIEWS = (
    Form(
        User,
        readonly=True,
        deletable=False,
        timeline=False,
        actions=(
            Action(
                "deactivate",
                service=_deactivate,
                label=_("Deactivate"),
                role=ADMIN,
                danger=True,
                visible=lambda user: bool(user.active),
                confirm=lambda user: _("Keep {name} out?", name=user.name),
                keep=_("Let them in"),
                explain=_("Every session ends; what they wrote stays."),
            ),
            Action(
                "activate",
                service=_activate,
                label=_("Let in again"),
                role=ADMIN,
                visible=lambda user: not user.active,
            ),
        ),
    ),
    Form(
        Session,
        readonly=True,
        deletable=False,
        timeline=False,
        actions=(
            Action(
                "end",
                service=_end,
                label=_("End session"),
                danger=True,
                visible=lambda session: session.revoked_at is None,
            ),
        ),
    ),
    Form(
        ApiToken,
        readonly=True,
        deletable=False,
        timeline=False,
        actions=(
            Action(
                "revoke",
                service=_revoke,
                label=_("Revoke"),
                danger=True,
                visible=lambda token: token.revoked_at is None,
            ),
        ),
    ),
    Form(
        Webhook,
        readonly=True,
        deletable=False,
        timeline=False,
        actions=(
            Action(
                "pause",
                service=_pause,
                label=_("Pause"),
                role=ADMIN,
                visible=lambda webhook: bool(webhook.active),
            ),
            Action(
                "resume",
                service=_resume,
                label=_("Go on"),
                role=ADMIN,
                visible=lambda webhook: not webhook.active,
            ),
        ),
    ),
    Form(
        WebhookDelivery,
        readonly=True,
        deletable=False,
        timeline=False,
        actions=(
            Action(
                "replay",
                service=delivery.replay,
                label=_("Deliver again"),
                role=ADMIN,
                visible=lambda one: one.status is not DeliveryStatus.WAITING,
            ),
        ),
    ),
)
