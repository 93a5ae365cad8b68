from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from addons.crm_sales.models import Order, OrderStatus
from addons.crm_sales.queries import invariants
from addons.crm_sales.services import orders, quotes
from addons.crm_sales.services.lines import NoLines
from core.api import Invalid, hookimpl
from tests.base.factories import a_party
from tests.crm_sales.factories import a_confirmed_order, a_quote, a_sent_quote, an_order

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from core.api import Env
    from core.testing.statements import Statements

pytestmark = pytest.mark.addons("crm_sales")

D = Decimal


def test_confirming_makes_the_party_a_customer(env: Env) -> None:
    order = an_order(env, party=a_party(env, is_customer=False))

    orders.confirm(env, order)

    assert (order.status, order.party.is_customer) == (OrderStatus.CONFIRMED, True)
    assert order.confirmed_at is not None


def test_a_second_confirmation_is_refused_and_names_the_order(env: Env) -> None:
    order = a_confirmed_order(env)

    with pytest.raises(orders.NotDraft, match=f"Order {order.number} is already Confirmed"):
        orders.confirm(env, order)


def test_an_order_taken_earlier_is_confirmed_on_its_day(env: Env) -> None:
    order = an_order(env, on=date(1996, 7, 4))

    orders.confirm(env, order, on=date(1996, 7, 4))

    assert order.order_date == date(1996, 7, 4)
    assert order.number.startswith("S-1996-")


def test_an_order_without_products_is_not_confirmed(env: Env) -> None:
    with pytest.raises(NoLines):
        orders.confirm(env, an_order(env, []))


def test_amending_a_line_recomputes_and_is_told(env: Env) -> None:
    order = a_confirmed_order(env)
    first = order.lines[0]

    orders.amend(env, order, {first.id: {"quantity": D(10)}}, requested_date=env.today() + timedelta(days=9))

    assert first.net == D("1701.00")
    assert (order.net, order.total) == (D("6687.60"), D("7839.12"))


def test_a_delivery_date_before_the_order_is_refused(env: Env) -> None:
    order = a_confirmed_order(env)

    with pytest.raises(Invalid, match="or later: the order is of that day"):
        orders.amend(env, order, requested_date=order.order_date - timedelta(days=1))


def test_a_draft_is_not_amended_and_a_foreign_line_neither(env: Env) -> None:
    with pytest.raises(orders.NotConfirmed):
        orders.amend(env, an_order(env))
    order, other = a_confirmed_order(env), a_confirmed_order(env)

    with pytest.raises(Invalid, match="is not part of order"):
        orders.amend(env, order, {other.lines[0].id: {"quantity": D(1)}})


def test_cancelling_a_confirmed_order_needs_a_reason(env: Env) -> None:
    order = a_confirmed_order(env)

    with pytest.raises(Invalid, match="Say why the order is cancelled"):
        orders.cancel(env, order)
    orders.cancel(env, order, "Site closed")

    assert (order.status, order.cancel_reason) == (OrderStatus.CANCELLED, "Site closed")
    with pytest.raises(orders.NotDraft, match="is already Cancelled"):
        orders.cancel(env, order, "again")


def test_from_quote_to_order_nothing_is_broken(env: Env) -> None:
    orders.confirm(env, quotes.accept(env, a_sent_quote(env), "Mathilde Aubry"))
    quotes.refuse(env, a_sent_quote(env), "Too expensive")
    a_quote(env)
    a_confirmed_order(env)
    env.session.flush()

    assert list(invariants.broken(env)) == []


def test_a_quote_accepted_and_confirmed_stays_within_its_statements(
    env: Env, statements: Callable[[], AbstractContextManager[Statements]]
) -> None:
    from tests.crm_sales.factories import some_lines

    party, lines = a_party(env), some_lines(env)
    assert env.company is not None
    env.session.flush()

    with statements() as sent:
        quote = quotes.create(env, party, lines)
        order = quotes.accept_for_customer(env, quote)
        orders.confirm(env, order)
        env.session.flush()

    assert len(sent) <= 40, "\n".join(sent)


def test_an_order_may_be_delivered_on_its_own_day(env: Env) -> None:
    same_day = an_order(env, requested_date=env.today())
    orders.confirm(env, same_day)
    confirmed = a_confirmed_order(env)
    quote = a_sent_quote(env, requested_date=env.today())

    orders.amend(env, confirmed, requested_date=confirmed.order_date)
    order = quotes.accept(env, quote, "Mathilde Aubry")

    assert same_day.requested_date == same_day.order_date == env.today()
    assert confirmed.requested_date == confirmed.order_date
    assert order.requested_date == order.order_date == env.today()


def test_who_hears_of_an_amendment_finds_it_in_the_database(env: Env) -> None:
    """Other addons read by statements of their own: what they read is what was agreed."""
    order = a_confirmed_order(env)
    heard: list[tuple[Decimal, Decimal]] = []

    class Listener:
        @hookimpl
        def sales_order_amended(self, env: Env, order: Order) -> None:
            stored = env.scope.connection.execute(
                text(
                    "SELECT o.total, l.quantity FROM crm_sales_order o"
                    " JOIN crm_sales_order_line l ON l.order_id = o.id WHERE o.id = :id ORDER BY l.id LIMIT 1"
                ),
                {"id": order.id},
            ).one()
            heard.append((stored.total, stored.quantity))

    listener = Listener()
    env.registry.manager.register(listener)
    try:
        orders.amend(env, order, {order.lines[0].id: {"quantity": D(10)}})
    finally:
        env.registry.manager.unregister(listener)

    assert heard == [(D("7839.12"), D(10))]
