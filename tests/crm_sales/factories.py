"""Records of crm_sales for tests: each override says only what matters."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.crm_sales.models import LostReason, Opportunity, Order, Quote, Stage
from addons.crm_sales.services import opportunities, orders, quotes
from addons.crm_sales.services.lines import LineDraft
from tests.base.factories import a_party
from tests.catalog.factories import a_product, a_tax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env


def a_stage(env: Env, name: str) -> Stage:
    """One of the seeded stages, by name."""
    return env.session.scalars(select(env[Stage]).where(env[Stage].name == name)).one()


def a_lost_reason(env: Env) -> LostReason:
    return env.session.scalars(select(env[LostReason]).limit(1)).one()


def an_opportunity(env: Env, **values: Any) -> Opportunity:
    given = {"title": "Lobby and bar", "expected": Decimal(64000)} | values
    if "party" not in given and "party_id" not in given:
        given["party_id"] = a_party(env).id
    return opportunities.create(env, given)


def some_lines(env: Env) -> list[LineDraft]:
    """Three lines with two rates: 9,069.00 before tax."""
    vat_20, vat_10 = a_tax(env, 20), a_tax(env, 10)
    return [
        LineDraft(a_product(env), Decimal(24), Decimal(189), Decimal(10), [vat_20]),
        LineDraft(
            a_product(env, name="Wall light Nive"), Decimal(36), Decimal("96.50"), Decimal(10), [vat_20]
        ),
        LineDraft(
            a_product(env, name="Installation", kind="service"), Decimal(3), Decimal(620), taxes=[vat_10]
        ),
    ]


def a_quote(env: Env, lines: Sequence[LineDraft] | None = None, **values: Any) -> Quote:
    party = values.pop("party", None) or a_party(env)
    return quotes.create(env, party, some_lines(env) if lines is None else lines, **values)


def a_sent_quote(env: Env, **values: Any) -> Quote:
    quote = a_quote(env, **values)
    quotes.send(env, quote)
    return quote


def an_order(env: Env, lines: Sequence[LineDraft] | None = None, **values: Any) -> Order:
    party = values.pop("party", None) or a_party(env)
    return orders.create(env, party, some_lines(env) if lines is None else lines, **values)


def a_confirmed_order(env: Env, **values: Any) -> Order:
    order = an_order(env, **values)
    orders.confirm(env, order)
    return order
