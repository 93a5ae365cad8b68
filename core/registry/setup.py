"""The end of the set-up wizard: the first company, the first administrator, the first apps."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import address
from core.builtin.models import Company, Workspace
from core.db import directory
from core.errors import RuleBroken
from core.i18n import _
from core.platform import SYSTEM
from core.registry import demo, lifecycle
from core.security import passwords
from core.security.models import User, UserCompany, UserRole
from core.security.roles import ADMIN, USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.registry.discovery import Discovered

STARTS = ("crm", "erp", "both", "pick")
_CATEGORIES = {"crm": {"CRM"}, "erp": {"ERP"}, "both": {"CRM", "ERP", "Bridge"}, "pick": set()}


class AlreadySetUp(RuleBroken):
    """The wizard runs once; afterwards everything is changed in Settings."""

    def __init__(self) -> None:
        super().__init__(
            _("This workspace is set up already."), hint=_("Sign in, and change what you like in Settings.")
        )


_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are read one for another; 16 of them are 80 random bits."""


def new_code(platform: Platform, workspace: WorkspaceEntry) -> str | None:
    """Make the code that the wizard asks for from now on; None when the workspace is set up already.

    It is shown to whoever runs the server, so that not the first visitor becomes the administrator.
    """
    code = "-".join("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _group in range(4))
    with platform.env(workspace, reason="set-up code") as env:
        row = env.session.scalars(select(env[Workspace])).one()
        if row.ready_at is not None:
            return None
        row.setup_hash = _hash(code)
    return code


def needs_code(env: Env) -> bool:
    """Whether the wizard asks for a code."""
    return env.session.scalars(select(env[Workspace].setup_hash)).one() is not None


def is_code(env: Env, presented: str) -> bool:
    """Whether it is the code, however it is spaced; anything is, when none is asked for."""
    kept = env.session.scalars(select(env[Workspace].setup_hash)).one()
    return kept is None or hmac.compare_digest(kept, _hash(presented))


def _hash(code: str) -> str:
    return sha256("".join(sign for sign in code.upper() if sign.isalnum()).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the wizard asked."""

    company: str
    country: str
    currency: str
    language: str
    tz: str
    user: str
    email: str
    password: str
    start: str = "pick"
    apps: tuple[str, ...] = ()
    """Chosen one by one, when ``start`` is "pick"."""
    examples: bool = False
    registration_number: str = ""
    address: str = ""
    """Where the administrator opened it, such as "https://erp.example.com": links in mails begin so."""


def apps_for(discovered: Discovered, start: str, country: str, chosen: Iterable[str] = ()) -> tuple[str, ...]:
    """What a starting point enables, with what it needs, dependencies first.

    The localisation of the country comes along where it needs nothing that was not chosen.
    """
    wanted = {
        name for name, addon in discovered.addons.items() if addon.manifest.category in _CATEGORIES[start]
    }
    wanted |= {name for name in chosen if name in discovered.addons} if start == "pick" else set()
    base = {"base"} if "base" in discovered.addons else set()
    there = set(discovered.closure(wanted | base))
    for name, addon in discovered.addons.items():
        if country in addon.manifest.countries and set(discovered.closure([name])) - {name} <= there:
            there.add(name)
    return discovered.closure(there)[1:]  # without the platform itself


def finish(platform: Platform, workspace: WorkspaceEntry, chosen: SetUp) -> int:
    """Make company and administrator, enable the apps, tell them all. Give the administrator's id.

    Each part holds by itself: when a later one is refused, the wizard stays open with its sentence, and
    sending it again goes on with what is there.
    """
    passwords.check_strength(chosen.password, email=chosen.email)
    company_id, user_id = _people(platform, workspace, chosen)
    directory.set_title(platform.server, workspace.name, chosen.company)
    platform.forget_directory()
    names = apps_for(platform.discovered, chosen.start, chosen.country, chosen.apps)
    missing = [name for name in names if name not in lifecycle.enabled_set(platform, workspace)]
    if missing:
        lifecycle.enable(platform, workspace, missing)
    with platform.env(workspace, user=SYSTEM, company_id=company_id, reason="set-up") as env:
        lifecycle.seed(env, env.registry.plugins)
        if chosen.address:
            env.set_setting(address.SETTING, chosen.address, workspace=True)
        env.hooks.workspace_ready(env=env)
        row = env.session.scalars(select(env[Workspace]).with_for_update()).one()
        row.ready_at, row.setup_hash = row.ready_at or env.now(), None
        lifecycle.bump(env)
    if chosen.examples:
        demo.load(platform, workspace)
    return user_id


def _people(platform: Platform, workspace: WorkspaceEntry, chosen: SetUp) -> tuple[int, int]:
    """The company and its administrator; those of an earlier attempt are kept."""
    with platform.env(workspace, user=SYSTEM, reason="set-up") as env:
        row = env.session.scalars(select(env[Workspace]).with_for_update()).one()
        if row.ready_at is not None:
            raise AlreadySetUp
        row.title = chosen.company
        company = env.session.scalars(select(env[Company]).order_by(env[Company].id)).first() or env.add(
            Company, name=chosen.company
        )
        company.name, company.country, company.currency = chosen.company, chosen.country, chosen.currency
        company.locale, company.tz = chosen.language, chosen.tz
        company.registration_number = chosen.registration_number or None
        model = env[User]
        email = chosen.email.strip().casefold()
        user = env.session.scalars(select(model).where(model.email == email)).one_or_none()
        if user is None:
            user = env.add(User, name=chosen.user, email=email)
            env.add(UserCompany, user_id=user.id, company_id=company.id)
            for role in (ADMIN, USER):
                env.add(UserRole, user_id=user.id, role=role)
        user.name, user.locale = chosen.user, chosen.language
        user.password_hash = passwords.hash_of(chosen.password)
        lifecycle.bump(env)
        env.session.flush()
        return company.id, user.id
