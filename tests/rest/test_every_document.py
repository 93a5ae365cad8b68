"""Whatever a page makes, a program makes: from the same input, column for column, lines included."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.env import Env, Who
from core.rest.schemas import shapes
from core.security.access import access_of
from core.security.models import User, UserCompany, UserRole
from core.views.catalog import lines_of
from tests.rest.creations import different_creations

if TYPE_CHECKING:
    from core.testing.workspaces import Workspaces

REFUSED = {
    "base.follower",  # of a record: its id is typed, and must be one that exists
    "base.party_tag",  # a link without a picker: ids are typed
    "crm_sales.team_member",  # a link without a picker: ids are typed
    "erp_accounting.allocation",  # two entry lines that fit each other are not invented
    "erp_accounting.analytic_share",  # of distributions that are in use
    "erp_accounting.bank_account",  # every journal has its bank account
    "erp_accounting.invoice_line",  # of posted invoices
    "erp_accounting.invoice_line_tax",  # of posted invoices
    "erp_accounting.open_item",  # follows from entries
    "erp_accounting.payment_batch_line",  # there is no batch in the examples
    "erp_accounting.period_total",  # follows from entries
    "erp_orders.line",  # of agreed orders
    "erp_orders.line_tax",  # of agreed orders
    "erp_orders.milestone",  # services only
    "erp_purchase.line_tax",  # of agreed orders
    "erp_purchase.quotation_line",  # every line of a request is quoted
    "erp_stock.count_line",  # there is no count in the examples
    "erp_stock.landed_cost_line",  # there is no landed cost in the examples
    "erp_stock.landed_receipt",  # there is no landed cost in the examples
    "erp_stock.landed_share",  # there is no landed cost in the examples
}
"""What page and program both refuse for the records of the examples."""


# a page puts a new line on its document before it is added to the session, a program afterwards
@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
def test_every_document_is_made_alike_on_its_page_and_by_a_program(workspaces: Workspaces) -> None:
    every = set(workspaces.platform.discovered.addons) - {"core", "sample_rights", "sample_shop"}
    with workspaces.rolled_back(every) as system:
        ana = system.add(User, name="Ana", email="ana@example.com")
        system.add(UserRole, user_id=ana.id, role="base.admin")
        system.add(UserCompany, user_id=ana.id, company_id=system.company.id)
        system.hooks.demo_data(env=system)
        system.session.flush()
        env = _as(system, Who(ana.id, "Ana", ana.email, roles=frozenset({"base.admin"})))

        different, made = different_creations(env)

        offered = {name for name, shape in shapes(env).items() if shape.create is not None}
        documents = {name for name in offered if lines_of(shapes(env)[name].views.the_form)}
        assert different == {}
        assert documents - made == set()
        assert offered - made == REFUSED


def _as(system: Env, who: Who) -> Env:
    access = access_of(system.registry, who.roles, everything=False)
    return Env(replace(system.scope, user=who), access)
