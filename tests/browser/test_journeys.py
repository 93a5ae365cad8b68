"""Whole stories in a real browser, in both languages: a quote until it is accepted, an order until it is paid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.crm_sales.models import Order as SalesOrder
from addons.erp_accounting.models import Invoice
from addons.erp_orders.models import Order as CustomerOrder
from addons.erp_stock.models import OperationKind
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from core.mail.models import Mail
from core.registry.verify import verify
from core.testing.browser import violations
from tests.base.factories import a_party
from tests.catalog.factories import a_product

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from core.testing.plugin import LiveWorkspace

ADDONS = ("crm_sales", "erp_accounting", "l10n_fr", "erp_stock", "erp_orders", "bridge_crm_erp")


@dataclass(frozen=True)
class Words:
    """What the screens say in one language."""

    locale: str
    customer: str
    add_line: str
    quantity: str
    create: str
    send: str
    send_title: str
    accept: str
    name: str
    confirm: str
    deliver: str
    invoice: str
    post: str
    pay: str


ENGLISH = Words(
    "en",
    "Customer",
    "Add a product",
    "Quantity",
    "Create",
    "Send…",
    "Send",
    "Accept",
    "Your name",
    "Confirm",
    "Deliver",
    "Create invoice",
    "Post",
    "Register payment",
)


@pytest.fixture
def shop(workspace: LiveWorkspace) -> LiveWorkspace:
    """A customer with an address and a lamp in stock."""
    with workspace.env() as env:
        a_party(env, name="Brasserie Kervran", email="bar@kervran.example", is_customer=True)
        lamp = a_product(env, name="Pendant Orla 40", code="ORL-40", sale_price=189)
        receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(product=lamp, quantity=50, cost=90)])
        shipments.ship(env, receipt)
    return workspace


def pick(page: Page, label: str, typed: str) -> None:
    """Choose in a field that searches on the server."""
    field = page.get_by_role("combobox", name=label, exact=True).first
    field.fill(typed)
    page.get_by_role("option").first.click()


@pytest.mark.addons(*ADDONS)
def test_a_quote_is_written_sent_and_accepted_by_the_customer(
    browse: Callable[..., Any], shop: LiveWorkspace
) -> None:
    words = ENGLISH
    with browse(locale=words.locale) as page:
        page.goto("/app/crm_sales/quote/new")
        pick(page, words.customer, "Kervran")
        pick(page, "Add: Product", "Orla")
        page.wait_for_load_state("networkidle")
        page.screenshot(path="/tmp/spineshots/j1.png")
        assert violations(page) == []
        page.get_by_role("button", name=re.compile(words.create)).click()
        page.wait_for_timeout(6000)
        page.screenshot(path="/tmp/spineshots/j1b.png")
        page.wait_for_url(re.compile(r"/quote/\d+"))
        page.wait_for_load_state("networkidle")
        page.screenshot(path="/tmp/spineshots/j2.png")
        assert violations(page) == []
        print([e.inner_text() for e in page.get_by_role("button").all()])
        page.get_by_role("button", name=words.send, exact=True).click()
        page.screenshot(path="/tmp/spineshots/j3.png")
        assert violations(page) == []
        print([e.inner_text() for e in page.get_by_role("dialog").get_by_role("button").all()])
        page.get_by_role("dialog").get_by_role("button").last.click()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        page.screenshot(path="/tmp/spineshots/j4.png")
    with shop.env() as env:
        mail = env.session.scalars(select(env[Mail])).one()
        print(mail.subject, mail.text[:800])
        path = re.search(r"https?://[^/]+(/\S+)", mail.text).group(1)
    with browse(stranger=True, phone=True) as page:
        page.goto(path)
        page.screenshot(path="/tmp/spineshots/j5.png", full_page=True)
        print([e.inner_text() for e in page.get_by_role("button").all()], [e.inner_text() for e in page.locator("label").all()])
        assert violations(page) == []
