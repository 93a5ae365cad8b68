"""What catalog gives to core's hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog import models, roles, views
from addons.catalog.services import examples, seeding
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Menu, Model, Role, View


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (
        models.Unit,
        models.Tax,
        models.Category,
        models.Product,
        models.ProductSaleTax,
        models.ProductPurchaseTax,
        models.PriceList,
        models.PriceRule,
        models.PricedParty,
        models.PartyPriceList,
    )


@hookimpl
def declare_roles() -> Sequence[Role]:
    return roles.ROLES


@hookimpl
def declare_views() -> Sequence[View]:
    return views.VIEWS


@hookimpl
def declare_menus() -> Sequence[Menu]:
    return views.MENUS


@hookimpl
def seed_data(env: Env) -> None:
    seeding.seed(env)


@hookimpl
def demo_data(env: Env) -> None:
    examples.load(env)
