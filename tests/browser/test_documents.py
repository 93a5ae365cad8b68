"""Print a record and send it by e-mail, by mouse on a desk and through the menu on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.mail.models import Mail
from core.testing.browser import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace


@pytest.fixture
def workspace(with_examples: LiveWorkspace) -> LiveWorkspace:
    return with_examples


@pytest.fixture
def visit(browse: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **looks: browse(name=f"Camille {uuid4().hex[:8]}", **looks)


@pytest.mark.parametrize(
    "path", ["/app/crm_sales/order/1", "/app/erp_accounting/invoice/1", "/app/erp_stock/shipment/1"]
)
def test_print_opens_the_document(visit: Callable[..., Any], path: str) -> None:
    with visit() as page:
        page.goto(path)
        button = page.locator(".top a.btn", has_text="Print")
        assert button.get_attribute("target") == "_blank"

        found = page.evaluate(
            """async (url) => {
                const answer = await fetch(url);
                const text = await answer.text();
                return [answer.status, answer.headers.get("content-type"), text.slice(0, 5)];
            }""",
            button.get_attribute("href"),
        )

        assert found == [200, "application/pdf", "%PDF-"]


def test_an_invoice_is_sent_from_its_page(visit: Callable[..., Any], workspace: LiveWorkspace) -> None:
    with visit() as page:
        page.goto("/app/erp_accounting/invoice/1")
        number = page.locator("h1").inner_text()
        page.locator(".top a.btn", has_text="Send").click()
        page.locator("#f-subject").wait_for()
        assert number in page.locator("#f-subject").input_value()
        assert page.locator("#f-report").input_value() == "erp_accounting.invoice"
        assert violations(page) == []

        page.fill("#f-further", "compta@example.com")
        page.get_by_role("button", name="Preview").click()
        page.locator("#mail-preview .strong", has_text=number).wait_for()
        page.get_by_role("button", name="Send the e-mail").click()

        page.wait_for_url(re.compile("/app/erp_accounting/invoice/1$"))
        page.locator("#timeline", has_text="compta@example.com").wait_for()
        page.locator("#timeline .card-in", has_text=number).first.wait_for()
    with workspace.env() as env:
        mail = env.session.scalars(select(env[Mail]).order_by(env[Mail].id.desc())).first()
        assert mail is not None
        assert (mail.record_model, mail.record_id) == ("erp_accounting.invoice", 1)
        assert [file.name for file in mail.attachments] == [f"{number.replace('/', '-')}.pdf"]


def test_on_a_phone_the_menu_prints_and_sends(visit: Callable[..., Any]) -> None:
    with visit(phone=True, locale="fr") as page:
        page.goto("/app/crm_sales/order/1")
        page.locator("[popovertarget=record-more]").click()
        page.get_by_role("menuitem", name="Imprimer : Confirmation de commande").wait_for()
        page.get_by_role("menuitem", name="Envoyer par e-mail…").click()

        page.locator("#f-subject").wait_for()
        offered = page.locator("#f-template option").all_inner_texts()
        assert sorted(offered) == ["Aucun", "Confirmation de commande (fr)", "Order confirmation (en)"]
