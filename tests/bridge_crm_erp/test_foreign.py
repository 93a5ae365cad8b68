"""A foreign CRM or ERP on either side: a second workspace plays it, by webhooks and the API alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from addons.base.models import ExternalId, Message, Party
from addons.bridge_crm_erp.models import Effect, ForeignLink
from addons.bridge_crm_erp.services import drift
from addons.bridge_crm_erp.wires.customers.models import Standing
from addons.bridge_crm_erp.wires.foreign_erp import receiving
from addons.catalog.models import Product
from addons.crm_sales.models import Order as SalesOrder
from addons.crm_sales.services import orders as sales_orders
from addons.erp_accounting.models import Invoice
from addons.erp_accounting.services import invoices, payments
from addons.erp_orders.models import Order, OrderState
from addons.erp_orders.wires.accounting import invoicing
from addons.erp_orders.wires.stock.models import OrderedShipment
from addons.erp_stock.services import shipments
from core.rest.dispatch import Dispatcher
from core.security.models import ApiToken
from core.testing.plugin import LiveWorkspace
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_customer,
    a_product,
    figures_of,
    received,
    sold,
)
from tests.bridge_crm_erp.foreign import MESSAGES, Between, hears, program
from tests.webhooks.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.env import Env
    from core.platform import Platform
    from core.testing.workspaces import Workspaces
    from tests.rest.conftest import Api

CRM = ("crm_sales", "bridge_crm_erp")
ERP = ("erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp")


@pytest.fixture
def dispatcher(platform: Platform) -> Dispatcher:
    return Dispatcher(platform)


@pytest.fixture
def crm(workspaces: Workspaces) -> Iterator[LiveWorkspace]:
    entry = workspaces.fresh(CRM)
    yield LiveWorkspace(workspaces.platform, entry)
    workspaces.release(entry)


@pytest.fixture
def erp(workspaces: Workspaces) -> Iterator[LiveWorkspace]:
    entry = workspaces.fresh(ERP)
    yield LiveWorkspace(workspaces.platform, entry)
    workspaces.release(entry)


@pytest.fixture
def shop(erp: LiveWorkspace, dispatcher: Dispatcher) -> Api:
    """A foreign shop that sends its orders to our ERP."""
    with erp.env() as env:
        received(env, a_product(env, code="LAMP", name="Desk lamp", sale_price=Decimal(20)), 10)
    return program(erp, dispatcher, "bridge_crm_erp.foreign", system="Shop")


def an_order(**values: Any) -> dict[str, Any]:
    return {
        "event": "order_confirmed",
        "id": "S-1",
        "number": "S-2026-0001",
        "customer": {"id": "C-7", "name": "Maison Verdier", "email": "compta@verdier.example"},
        "lines": [{"id": "1", "product": "LAMP", "quantity": "4", "unit_price": "19.90"}],
    } | values


def the_order(env: Env) -> Any:
    return env.session.scalars(select(env[Order])).one()


def the_delivery(env: Env) -> Any:
    model = env[OrderedShipment]
    return env.session.scalars(select(model).where(model.order_id == the_order(env).id)).one()


def count(env: Env, model: Any) -> int:
    return env.session.scalar(select(func.count()).select_from(env[model])) or 0


def test_two_workspaces_that_only_know_each_other_as_foreign_systems_take_an_order_to_cash(
    crm: LiveWorkspace,
    erp: LiveWorkspace,
    dispatcher: Dispatcher,
    receiver: Receiver,
) -> None:
    with crm.env() as env:
        sale_id = a_confirmed_sales_order(
            env,
            sold(a_product(env, code="LAMP"), 4, "19.90"),
            party=a_customer(env, name="Maison Verdier", email="compta@verdier.example"),
        ).id
    with erp.env() as env:
        received(env, a_product(env, code="LAMP"), 10)
    with Receiver() as erp_receiver:
        _serve(erp_receiver)
        orders_out = Between(
            crm,
            program(crm, dispatcher, "base.admin"),
            hears(crm, "ERP", receiver),
            receiver,
            program(erp, dispatcher, "bridge_crm_erp.foreign", system="CRM"),
        )
        progress_out = Between(
            erp,
            program(erp, dispatcher, "base.admin"),
            hears(erp, "CRM", erp_receiver),
            erp_receiver,
            program(crm, dispatcher, "bridge_crm_erp.foreign", system="ERP"),
        )
        with crm.env() as env:
            sales_orders.amend(env, env.get(SalesOrder, sale_id))
        assert orders_out.carry() == [("order_amended", 404)]  # it was confirmed before anybody listened
        with crm.env() as env:
            second = a_confirmed_sales_order(env, sold(_lamp(env), 4, "19.90"), party=_verdier(env))
            number, total = second.number, second.total

        assert orders_out.carry() == [("order_confirmed", 200)]
        with erp.env() as env:
            order = the_order(env)
            assert (order.number, order.total, order.state) == (number, total, OrderState.CONFIRMED)
            assert order.party.name == "Maison Verdier"
            shipments.ship(env, the_delivery(env))
        assert progress_out.carry() == [("delivered", 200)]
        with erp.env() as env:
            invoice = invoicing.create_invoice(env, the_order(env))
            invoices.post(env, invoice)
        assert progress_out.carry() == [("invoiced", 200)]
        with erp.env() as env:
            payments.register(env, [env.get(Invoice, invoice.id)], date=env.today())
        assert progress_out.carry() == [("paid", 200)]

    with crm.env() as env:
        sale = env.session.scalars(select(env[SalesOrder]).where(env[SalesOrder].number == number)).one()
        beside = receiving.beside(env, sale)
        assert beside is not None
        assert [(link["kind"], link["system"], link["open"]) for link in beside["links"]] == [
            ("Delivery", "ERP", None),
            ("Invoice", "ERP", Decimal(0)),
        ]
        told = [m.body for m in env.session.scalars(_messages(env, sale))]
        assert sum("Delivered by" in body for body in told) == 1
        assert sum("paid in full" in body for body in told) == 1
        figures = figures_of(env, sale.party)
        assert (figures.status, figures.revenue) == (Standing.GOOD_PAYER, sale.net)


def test_a_message_told_twice_does_nothing_twice(shop: Api, erp: LiveWorkspace) -> None:
    first = shop("POST", MESSAGES, an_order(), idempotency_key="a")
    repeated = shop("POST", MESSAGES, an_order(), idempotency_key="a")
    under_another_key = shop("POST", MESSAGES, an_order(), idempotency_key="b")

    assert [reply.status for reply in (first, repeated, under_another_key)] == [200, 200, 200]
    assert (repeated.json, first.json["already"], under_another_key.json["already"]) == (
        first.json,
        False,
        True,
    )
    with erp.env() as env:
        assert [count(env, model) for model in (Order, ForeignLink, ExternalId)] == [1, 1, 1]


def test_two_at_the_same_moment_make_one_order(shop: Api, erp: LiveWorkspace) -> None:
    with ThreadPoolExecutor(4) as pool:
        replies = list(
            pool.map(lambda key: shop("POST", MESSAGES, an_order(), idempotency_key=str(key)), range(4))
        )

    assert {reply.status for reply in replies} <= {200, 409}
    assert shop("POST", MESSAGES, an_order(), idempotency_key="again").json["already"]
    with erp.env() as env:
        assert [count(env, model) for model in (Order, ForeignLink, Effect)] == [1, 1, 1]


def test_the_erp_order_follows_what_the_other_crm_changes_and_cancels(shop: Api, erp: LiveWorkspace) -> None:
    shop("POST", MESSAGES, an_order(), idempotency_key="a")
    amended = an_order(
        event="order_amended", lines=[{"id": "1", "product": "LAMP", "quantity": "6", "unit_price": "19.90"}]
    )

    assert shop("POST", MESSAGES, amended, idempotency_key="b").status == 200
    with erp.env() as env:
        assert [line.quantity for line in the_order(env).lines] == [6]

    cancelled = {"event": "order_cancelled", "id": "S-1", "reason": "Changed their mind"}
    assert shop("POST", MESSAGES, cancelled, idempotency_key="c").status == 200
    assert shop("POST", MESSAGES, cancelled, idempotency_key="d").json["already"]
    with erp.env() as env:
        assert (the_order(env).state, the_order(env).reason) == (OrderState.CANCELLED, "Changed their mind")


def test_what_contradicts_a_delivery_is_refused_whole(shop: Api, erp: LiveWorkspace) -> None:
    shop("POST", MESSAGES, an_order(), idempotency_key="a")
    with erp.env() as env:
        shipments.ship(env, the_delivery(env))
    fewer = an_order(
        event="order_amended", lines=[{"id": "1", "product": "LAMP", "quantity": "1", "unit_price": "19.90"}]
    )

    reply = shop("POST", MESSAGES, fewer, idempotency_key="b")

    assert reply.status == 409
    assert "cannot go below 4" in reply.json["detail"]
    with erp.env() as env:
        assert [line.quantity for line in the_order(env).lines] == [4]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"lines": [{"id": "1", "product": "NOTHING", "quantity": "1"}]}, 422),
        ({"lines": [{"id": "1", "product": "LAMP", "quantity": "-1"}]}, 422),
        ({"lines": [{"id": "1", "product": "LAMP", "quantity": "1", "tax": "TVA99"}]}, 422),
        ({"lines": []}, 422),
        ({"currency": "euros"}, 422),
        ({"customer": {"id": "C-7", "name": ""}}, 422),
        ({"event": "order_lost"}, 422),
        ({"event": "delivered"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_a_wrong_message_is_refused_and_nothing_is_written(
    shop: Api, erp: LiveWorkspace, values: dict[str, Any], status: int
) -> None:
    assert shop("POST", MESSAGES, an_order(**values), idempotency_key="a").status == status
    with erp.env() as env:
        assert [count(env, model) for model in (Order, ForeignLink, ExternalId)] == [0, 0, 0]


def test_the_credit_limit_refuses_an_order_of_another_crm(shop: Api, erp: LiveWorkspace) -> None:
    with erp.env() as env:
        a_customer(env, name="Maison Verdier", email="compta@verdier.example", credit_limit=Decimal(10))

    reply = shop("POST", MESSAGES, an_order(), idempotency_key="a")

    assert reply.status == 409
    assert "Maison Verdier" in reply.json["detail"]
    with erp.env() as env:
        assert (count(env, Order), count(env, ForeignLink)) == (0, 0)


def test_only_the_token_of_a_system_with_the_role_may_tell(
    shop: Api, erp: LiveWorkspace, dispatcher: Dispatcher
) -> None:
    nobody = program(erp, dispatcher, "bridge_crm_erp.foreign")
    no_role = program(erp, dispatcher, "base.user", "erp_orders.user", system="Other")

    assert nobody("POST", MESSAGES, an_order(), idempotency_key="a").status == 403
    assert no_role("POST", MESSAGES, an_order(), idempotency_key="a").status == 403
    with erp.env() as env:
        token = env.session.scalars(select(env[ApiToken]).order_by(env[ApiToken].id)).first()
        assert token is not None
        token.revoked_at = env.now()
    assert shop("POST", MESSAGES, an_order(), idempotency_key="a").status == 401


def test_one_system_never_touches_the_orders_of_another(
    shop: Api, erp: LiveWorkspace, dispatcher: Dispatcher
) -> None:
    shop("POST", MESSAGES, an_order(), idempotency_key="a")
    other = program(erp, dispatcher, "bridge_crm_erp.foreign", "base.user", system="Other")

    reply = other("POST", MESSAGES, {"event": "order_cancelled", "id": "S-1"}, idempotency_key="a")

    assert reply.status == 404
    with erp.env() as env:
        assert the_order(env).state is OrderState.CONFIRMED


def test_the_drift_check_compares_with_what_the_other_system_says(shop: Api, erp: LiveWorkspace) -> None:
    shop("POST", MESSAGES, an_order(), idempotency_key="a")
    with erp.env() as env:
        order = the_order(env)
        same = {"net": str(order.net), "total": str(order.total), "currency": order.currency}
    state = {"event": "order_state", "id": "S-1"}

    assert shop("POST", MESSAGES, state | same, idempotency_key="b").status == 200
    with erp.env() as env:
        assert list(drift.findings(env)) == []

    shop("POST", MESSAGES, state | same | {"total": "1.00"}, idempotency_key="c")
    with erp.env() as env:
        assert [(found.rule, found.record) for found in drift.findings(env)] == [
            ("bridge.foreign_orders", "S-2026-0001")
        ]


def test_an_invoice_of_another_erp_is_paid_step_by_step_and_makes_a_customer(
    crm: LiveWorkspace, dispatcher: Dispatcher
) -> None:
    far = program(crm, dispatcher, "bridge_crm_erp.foreign", system="Far ERP")
    with crm.env() as env:
        verdier = a_customer(env, name="Maison Verdier")
        number = a_confirmed_sales_order(env, sold(a_product(env), 5, 20), party=verdier).number
        draft = sales_orders.create(env, a_customer(env), [sold(a_product(env))])
    day = date.today().isoformat()  # noqa: DTZ011  # what another system writes
    invoice = {
        "event": "invoiced", "id": "F1", "number": "FAR-1", "order": number, "date": day,
        "net": "80.00", "total": "100.00", "open": "100.00", "currency": "USD", "rate": "0.5",
        "due_date": "2026-01-31",
    }  # fmt: skip

    statuses = [
        far("POST", MESSAGES, message, idempotency_key=str(key)).status
        for key, message in enumerate(
            [
                invoice,
                invoice,
                invoice | {"id": "F2", "open": "200.00"},
                invoice | {"id": "F2", "net": "100.01"},
                invoice | {"id": "F2", "rate": "-1"},
                {key: value for key, value in invoice.items() if key != "rate"} | {"id": "F2"},
                invoice | {"id": "F3", "order": draft.number},
                invoice | {"id": "F4", "order": "nothing"},
                {"event": "paid", "id": "F1", "open": "40.00", "date": day},
                {"event": "paid", "id": "F1", "open": "140.00", "date": day},
                {"event": "paid", "id": "F9", "open": "0.00", "date": day},
            ]
        )
    ]

    assert statuses == [200, 200, 422, 422, 422, 409, 409, 404, 200, 422, 404]
    with crm.env() as env:
        figures = figures_of(env, verdier)
        assert (figures.status, figures.revenue, figures.overdue) == (Standing.LATE, 40, 20)
        assert list(drift.findings(env)) == []
        sale = env.session.scalars(select(env[SalesOrder]).where(env[SalesOrder].number == number)).one()
        beside = receiving.beside(env, sale)
        assert beside is not None
        assert [(link["number"], link["total"], link["open"]) for link in beside["links"]] == [
            ("FAR-1", Decimal(100), Decimal(40))
        ]
        assert beside["open"] == [("USD", Decimal(40))]

    note = invoice | {"event": "credited", "id": "F5", "number": "FAR-2", "net": "10.00", "open": "0.00"}
    rest = {"event": "paid", "id": "F1", "open": "0.00", "date": day}
    ends = [far("POST", MESSAGES, one, idempotency_key=one["id"] + "-end").status for one in (note, rest)]

    assert ends == [200, 200]
    with crm.env() as env:
        figures = figures_of(env, verdier)
        assert (figures.status, figures.revenue, figures.overdue) == (Standing.CUSTOMER, 35, 0)
        assert list(drift.findings(env)) == []


def _serve(server: Receiver) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _lamp(env: Env) -> Any:
    return env.session.scalars(select(env[Product]).where(env[Product].code == "LAMP")).one()


def _verdier(env: Env) -> Any:
    return env.session.scalars(select(env[Party]).where(env[Party].name == "Maison Verdier")).one()


def _messages(env: Env, order: Any) -> Any:
    model = env[Message]
    return select(model).where(model.model == order.model_name, model.record_id == order.id)
