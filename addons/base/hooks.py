"""What base gives to core's hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base import models, roles
from addons.base.services import seeding
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Model, Role


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
    )


@hookimpl
def declare_roles() -> Sequence[Role]:
    return roles.ROLES


@hookimpl
def seed_data(env: Env) -> None:
    seeding.seed(env)
