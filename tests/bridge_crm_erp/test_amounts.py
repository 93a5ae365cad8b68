"""A salesperson reads the status of customers, orders and invoices, never the amounts of the books."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from addons.base.models import Party
from addons.base.queries import timeline
from addons.base.services.panels import Fact
from addons.bridge_crm_erp.wires.billing import beside
from addons.bridge_crm_erp.wires.billing.models import BilledOrder
from addons.bridge_crm_erp.wires.customers import standing
from addons.bridge_crm_erp.wires.customers.models import CustomerFigures
from addons.bridge_crm_erp.wires.orders.mirror import CreditExceeded
from addons.crm_sales.services import orders as sales_orders
from addons.erp_orders.wires.accounting import invoicing
from core.orm.money import Money
from core.security import tokens
from core.security.plan import plan_of
from tests.base.factories import as_person
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_customer,
    a_sales_order,
    erp_order_of,
)
from tests.bridge_crm_erp.test_customers import an_invoice
from tests.security.test_every_route import readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales", "erp_orders", "erp_accounting", "bridge_crm_erp")
SALES = ("base.user", "crm_sales.user", "erp_accounting.status")
AMOUNT = Decimal("77731.19")
SIGN = "77731"
"""How the amount begins, whatever separates its thousands."""


def a_late_customer(env: Env, name: str = "Maison Verdier") -> Party:
    """Their one invoice was due long ago."""
    party = a_customer(env, name=name)
    an_invoice(env, party, AMOUNT, env.today() - timedelta(days=90))  # type: ignore[arg-type]  # an amount with cents
    env.session.flush()
    return party


def told(text: str) -> bool:
    """Whether a text says the amount."""
    return SIGN in re.sub(r"[\s,.\u202f\u00a0]", "", text)


def test_the_head_of_the_customer_page_hides_amounts_with_a_reason(env: Env) -> None:
    party = a_late_customer(env)
    salesperson, accountant = as_person(env, *SALES), as_person(env, "erp_accounting.viewer")

    seen = standing.facts(salesperson, salesperson.get(Party, party.id))
    known = standing.facts(accountant, accountant.get(Party, party.id))

    def drawn(facts: Any) -> list[tuple[str, bool, bool]]:
        return [(str(one.label), one.hidden, told(str(one.value))) for one in facts if isinstance(one, Fact)]

    assert [(label, hidden) for label, hidden, _ in drawn(seen)] == [
        ("Customer status", False),
        ("Overdue", True),
        (f"Revenue {env.today().year}", True),
    ]
    assert not any(said for _label, _hidden, said in drawn(seen))
    assert [label for label, _hidden, said in drawn(known) if said] == [
        "Overdue",
        f"Revenue {env.today().year}",
    ]


def test_the_invoices_beside_an_order_show_their_status_only(env: Env) -> None:
    sale = a_confirmed_sales_order(env)
    invoicing.create_invoice(env, erp_order_of(env, sale))
    salesperson = as_person(env, "base.user", "crm_sales.manager")

    found = beside.of(salesperson, salesperson.get(BilledOrder, sale.id))

    assert found is not None
    assert [(row.total, row.open) for row in found["rows"]] == [(None, None)] * len(found["rows"])
    assert all(row.status for row in found["rows"])
    assert found["shown"] is False


def test_the_timeline_says_what_happened_and_hides_the_amount(env: Env) -> None:
    party = a_late_customer(env)
    salesperson, accountant = as_person(env, *SALES), as_person(env, "erp_accounting.viewer")

    seen = [one.text for one in timeline.of_party(salesperson, salesperson.get(Party, party.id)).entries]
    known = [one.text for one in timeline.of_party(accountant, accountant.get(Party, party.id)).entries]

    assert [text for text in seen if told(text)] == []
    assert [text for text in seen if "amount hidden" in text]
    assert [text for text in known if told(text)]


def test_a_refusal_by_the_credit_limit_says_no_amount_to_a_salesperson(env: Env) -> None:
    customer = a_customer(env, name="Maison Verdier", credit_limit=Decimal(10))
    sale = a_sales_order(env, party=customer)
    salesperson = as_person(env, "base.user", "crm_sales.manager")

    with pytest.raises(CreditExceeded, match="Maison Verdier would owe more than the credit limit"):
        sales_orders.confirm(salesperson, salesperson.get(type(sale), sale.id))


def test_every_amount_that_the_bridge_keeps_is_behind_its_group(env: Env) -> None:
    plan = plan_of(env.registry, as_person(env, *SALES).access)

    kept = {
        f"{name}.{column.key}"
        for name, model in env.registry.models.items()
        for column in model.__table__.columns  # type: ignore[attr-defined]  # a composed class has a table
        if getattr(column.type, "scale", None) == Money.scale
        and env.registry.column_units[model.__table__.name, column.key].startswith("bridge_crm_erp")  # type: ignore[attr-defined]  # the same
    }

    hidden = {f"{name}.{key}" for name, one in plan.models.items() for key in one.hidden}
    assert kept
    assert kept - hidden == set()


def test_no_door_tells_a_salesperson_what_a_customer_owes_or_bought(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        party = a_late_customer(env).id
        figures = env[CustomerFigures].model_name
    doors = [
        f"/app/base/party/{party}",
        f"/app/base/party/{party}?view=details",
        "/app/base/party/?cols=name,figures.revenue,figures.overdue",
        "/app/base/party/?preset=late",
        "/app/base/party/?sort=-figures.overdue",
        "/app/base/party/export?format=csv&cols=name,figures.revenue,figures.overdue",
        "/app/base/party/export?format=xlsx&cols=name,figures.revenue,figures.overdue",
        f"/app/{figures.replace('.', '/')}/",
        f"/customers/{party}/timeline",
        "/app/base/message/",
        "/app/crm_sales/dashboard/sales",
    ]
    told_by: dict[str, list[str]] = {}
    for name, roles in (("Idriss", SALES), ("Claire", (*SALES, "erp_accounting.viewer"))):
        somebody = visitor(name, roles=list(roles))
        assert somebody.person is not None
        with workspace.env(user=somebody.person.who()) as env:
            token = tokens.create(env, "Till", ["read"])
        bearer = {"Authorization": f"Bearer {token}"}
        answers = {address: somebody.get(address) for address in doors}
        answers |= {
            address: somebody.http.get(address, headers=bearer)
            for address in (f"/api/v1/{figures}", "/api/v1/base.party", "/api/v1/base.message")
        }
        assert [one for one, answer in answers.items() if answer.status_code >= 500] == []
        told_by[name] = [one for one, answer in answers.items() if told(readable(answer))]
        page = answers[f"/app/base/party/{party}"].text
        assert ("hidden for your role" in page) is (name == "Idriss")

    assert told_by["Idriss"] == []
    assert f"/app/base/party/{party}" in told_by["Claire"]
    assert f"/api/v1/{figures}" in told_by["Claire"]
