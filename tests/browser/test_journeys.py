"""A quote from its first line to the customer's yes, in a real browser, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.crm_sales.models import Order as SalesOrder
from addons.crm_sales.models import Quote, QuoteStatus
from addons.erp_orders.models import Order as CustomerOrder
from addons.erp_stock.models import OperationKind
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from core.api import MAIL_LINK
from core.mail.models import Mail
from core.registry.verify import verify
from core.testing.browser import violations
from tests.base.factories import a_party
from tests.catalog.factories import a_product

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from core.testing.plugin import LiveWorkspace

ADDONS = ("crm_sales", "erp_accounting", "erp_stock", "erp_orders", "bridge_crm_erp")


@dataclass(frozen=True)
class Words:
    """What the screens say in one language."""

    locale: str
    customer: str
    add: str
    create: str
    send: str
    name: str
    accept: str


WORDS = (
    Words("en", "Customer", "Add: Product", "Create", "Send…", "Your name", "Accept the quote"),
    Words("fr", "Client", "Ajouter\u00a0: Article", "Créer", "Envoyer…", "Votre nom", "Accepter le devis"),
)


@pytest.fixture
def shop(workspace: LiveWorkspace) -> LiveWorkspace:
    """A customer with an address, and a lamp in stock."""
    with workspace.env() as env:
        a_party(env, name="Brasserie Kervran", email="bar@kervran.example", is_customer=True)
        lamp = a_product(env, name="Pendant Orla 40", code="ORL-40", sale_price=189)
        receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(product=lamp, quantity=50, cost=90)])
        shipments.ship(env, receipt)
    return workspace


def pick(page: Page, label: str, typed: str) -> None:
    """Choose in a field that searches on the server."""
    page.get_by_role("combobox", name=label, exact=True).first.fill(typed)
    page.get_by_role("option").first.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.addons(*ADDONS)
@pytest.mark.parametrize("words", WORDS, ids=[words.locale for words in WORDS])
def test_a_quote_is_written_sent_and_accepted_by_the_customer(
    browse: Callable[..., Any], shop: LiveWorkspace, words: Words
) -> None:
    with browse(locale=words.locale) as page:
        page.goto("/app/crm_sales/quote/new")
        pick(page, words.customer, "Kervran")
        pick(page, words.add, "Orla")
        assert violations(page) == []
        page.get_by_role("button", name=re.compile(f"^{words.create}")).click()
        page.wait_for_url(re.compile(r"/quote/\d+"))
        assert violations(page) == []
        page.get_by_role("button", name=words.send, exact=True).click()
        assert violations(page) == []
        with page.expect_response(re.compile("/actions/send")):
            page.get_by_role("dialog").get_by_role("button").last.click()
    with shop.env() as env:
        assert env.session.scalars(select(env[Quote].status)).all() == [QuoteStatus.SENT]
        mail = env.session.scalars(select(env[Mail])).one()
        assert mail.recipients == ["bar@kervran.example"]
        assert MAIL_LINK in mail.text  # the secret is made when the mail is handed over, as here
        link = env.session.scalars(select(env[Quote])).one().renew_link(env)
    with browse(stranger=True, phone=True, locale=words.locale) as page:
        page.goto(link)
        assert violations(page) == []
        page.get_by_label(words.name).fill("Yann Kervran")
        button = page.get_by_role("button", name=re.compile(f"^{words.accept}"))
        button.dblclick()  # a nervous finger orders once
        button.wait_for(state="detached")
        assert violations(page) == []
    with shop.env() as env:
        quote = env.session.scalars(select(env[Quote])).one()
        assert (quote.status, quote.decided_by) == (QuoteStatus.ACCEPTED, "Yann Kervran")
        sold = env.session.scalars(select(env[SalesOrder].number)).all()
        ordered = env.session.scalars(select(env[CustomerOrder].number)).all()
        assert len(sold) == 1
        assert set(ordered) <= set(sold)
    assert verify(shop.platform, shop.entry) == []
