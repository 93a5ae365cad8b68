from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from addons.base.models import Party
from addons.catalog.models import Product
from addons.crm_sales.models import Opportunity, Order, Quote
from addons.crm_sales.queries import invariants
from tests.base.factories import a_user

if TYPE_CHECKING:
    from core.api import Env, Model

pytestmark = pytest.mark.addons("crm_sales")


def test_examples_fill_every_screen_and_break_nothing(env: Env) -> None:
    a_user(env)
    before = {model: count(env, model) for model in (Party, Product, Opportunity, Quote, Order)}

    env.hooks.demo_data(env=env)
    env.session.flush()

    made = {model: count(env, model) - before[model] for model in before}
    assert made == {Party: 13, Product: 7, Opportunity: 11, Quote: 3, Order: 9}
    assert list(invariants.broken(env)) == []


def count(env: Env, model: type[Model]) -> int:
    return env.session.scalar(select(func.count()).select_from(env[model])) or 0
