"""What was agreed keeps the words, rates and totals of its taxes, whatever becomes of the tax."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.catalog.models import Tax
from addons.crm_sales.models import Order, Quote
from addons.crm_sales.queries import public
from addons.crm_sales.reports.documents import order_data, quote_data
from addons.crm_sales.services import content, editing, orders, quotes
from core.security import tokens
from tests.crm_sales.factories import a_confirmed_order, a_quote, a_sent_quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

CHANGES = {
    "renamed": {"name": "TVA taux normal"},
    "another rate": {"rate": Decimal("8.5")},
    "included": {"included": True},
    "archived": {"active": False},
}


def change(env: Env, values: dict[str, Any]) -> None:
    for tax in env.session.scalars(select(env[Tax])):
        for name, value in values.items():
            setattr(tax, name, value)
    env.session.flush()


def agreed_words(env: Env, document: Any, data: Callable[[Env, Any], Any]) -> list[Any]:
    """Its amounts, its screen's totals, its printed page."""
    shown = [(row.label, row.amount, row.note) for row in editing.totals(env, document)]
    amounts = [document.net, document.tax, document.rounding, document.total, document.tax_summary]
    return [amounts, [(line.net, line.tax) for line in document.lines], shown, data(env, document)]


@pytest.mark.addons("crm_sales")
@pytest.mark.parametrize("values", CHANGES.values(), ids=CHANGES)
def test_quotes_and_orders_keep_what_was_agreed(env: Env, values: dict[str, Any]) -> None:
    sent, accepted, order = a_sent_quote(env), a_sent_quote(env), a_confirmed_order(env)
    from_quote = quotes.accept(env, accepted, "Mathilde Aubry")
    before = [
        *(agreed_words(env, quote, quote_data) for quote in (sent, accepted)),
        *((content.of(env, quote), public.read(env, quote)) for quote in (sent, accepted)),
        agreed_words(env, order, order_data),
    ]
    promised = agreed_words(env, from_quote, order_data)[:3]

    change(env, values)
    env.session.expire_all()
    orders.confirm(env, from_quote)
    orders.amend(env, order, {order.lines[0].id: {"description": order.lines[0].description}})

    assert before == [
        *(agreed_words(env, quote, quote_data) for quote in (sent, accepted)),
        *((content.of(env, quote), public.read(env, quote)) for quote in (sent, accepted)),
        agreed_words(env, order, order_data),
    ]
    assert agreed_words(env, from_quote, order_data)[:3] == promised


@pytest.mark.addons("crm_sales")
def test_a_renamed_tax_leaves_every_page_of_a_quote_and_an_order_readable(
    workspace: LiveWorkspace, client: Visitor, visitor: Callable[..., Visitor]
) -> None:
    """Read as pages, as customers and as programs do; nothing is written by it."""
    with workspace.env() as env:
        quote, other, draft = a_quote(env), a_sent_quote(env), a_quote(env)
        token = quotes.send(env, quote)
        order = quotes.accept(env, other, "Mathilde Aubry")
        orders.confirm(env, order)
        pages = [
            f"/app/crm_sales/quote/{quote.id}",
            f"/app/crm_sales/quote/{other.id}",
            f"/app/crm_sales/quote/{draft.id}",
            f"/app/crm_sales/order/{order.id}",
        ]
        key = tokens.create(env, "Program", ["read"], user_id=client.person.id if client.person else 0)
        change(env, {"name": "TVA taux normal", "rate": Decimal("8.5")})
        versions = [quote.version, other.version, draft.version, order.version]
        numbers = (quote.id, other.id, draft.id, order.id)

    shown = [client.get(page) for page in pages]
    link = visitor(None).get(f"/quote/{token}")
    rest = client.http.get(
        f"/api/v1/crm_sales.quote/{numbers[0]}", headers={"Authorization": f"Bearer {key}"}
    )

    assert [page.status_code for page in shown] == [200] * 4
    assert all("VAT 20%" in page.text and "€10,696.80" in page.text for page in shown)
    assert (link.status_code, "TVA" in link.text, "€10,696.80" in link.text) == (200, False, True)
    assert (rest.status_code, rest.json()["total"]) == (200, "10696.8000")
    with workspace.env() as env:
        models = (Quote, Quote, Quote, Order)
        stored = [env.get(model, number) for model, number in zip(models, numbers, strict=True)]
        assert [one.version for one in stored] == versions
