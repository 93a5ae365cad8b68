"""What base gives to core's hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base import models, privacy_roles, roles, views, web
from addons.base.services import examples, retention, seeding
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from addons.base.services.retention import RetentionSubject
    from core.api import Env, Job, Menu, Model, Role, View


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (
        models.Tag,
        models.Party,
        models.PartyTag,
        models.Address,
        models.ContactPoint,
        models.Affiliation,
        models.Currency,
        models.ExchangeRate,
        models.Country,
        models.Message,
        models.Follower,
        models.Notice,
        models.Activity,
        models.File,
        models.PartyMerge,
        models.CompanyParty,
        models.ConsentWording,
        models.Consent,
        models.AnonymisedParty,
        models.RetentionRule,
        models.RetentionRun,
        models.RetentionRefusal,
        models.ExternalSystem,
        models.OwnedField,
        models.ExternalId,
        models.MasteredParty,
        models.MailTemplate,
        models.CalendarFeed,
    )


@hookimpl
def declare_roles() -> Sequence[Role]:
    return (*roles.ROLES, *privacy_roles.ROLES)


@hookimpl
def declare_views() -> Sequence[View]:
    return views.VIEWS


@hookimpl
def declare_menus() -> Sequence[Menu]:
    return views.MENUS


@hookimpl
def declare_routes() -> Sequence[Any]:
    return web.ROUTES


@hookimpl
def seed_data(env: Env) -> None:
    seeding.seed(env)


@hookimpl
def retention_subjects(env: Env) -> Sequence[RetentionSubject]:
    return retention.SUBJECTS


@hookimpl
def declare_jobs() -> Sequence[Job[Any]]:
    return (retention.forget_old,)


@hookimpl
def demo_data(env: Env) -> None:
    examples.load(env)
