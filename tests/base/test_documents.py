from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.base.models import MailTemplate, Message, MessageKind
from addons.base.services import merge_fields
from core.api import reports_for
from core.errors import AddonError
from core.mail.models import Mail
from core.security.models import Audit
from core.views.catalog import ModelViews, views_of
from core.views.declare import Form
from tests.base.factories import a_party
from tests.crm_sales.factories import a_quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales", "erp_accounting", "erp_stock")


@pytest.fixture
def quote_id(workspace: LiveWorkspace) -> int:
    with workspace.env() as env:
        return a_quote(env, party=a_party(env, email="info@tilleuls.example")).id


def test_a_document_is_printed_from_the_page_of_its_record(
    client: Visitor, workspace: LiveWorkspace, quote_id: int
) -> None:
    page = client.get(f"/app/crm_sales/quote/{quote_id}").text
    address = f"/app/crm_sales/quote/{quote_id}/print/crm_sales.quote"
    assert address in page

    answer = client.get(address)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"].startswith("inline; ")
    assert answer.content.startswith(b"%PDF-")
    with workspace.env() as env:
        rows = env.session.scalars(select(env[Audit]).where(env[Audit].action == "print")).all()
        assert [(row.model, row.record_id, row.changes) for row in rows] == [
            ("crm_sales.quote", quote_id, {"report": "crm_sales.quote"})
        ]


@pytest.mark.parametrize("report", ["crm_sales.order", "erp_accounting.statement", "nothing"])
def test_only_the_documents_of_the_form_are_printed(client: Visitor, quote_id: int, report: str) -> None:
    assert client.get(f"/app/crm_sales/quote/{quote_id}/print/{report}").status_code == 404


def test_who_may_not_read_the_record_prints_nothing(visitor: Callable[..., Visitor], quote_id: int) -> None:
    stranger = visitor("Nobody", roles=["base.user"])

    answer = stranger.get(f"/app/crm_sales/quote/{quote_id}/print/crm_sales.quote")

    assert answer.status_code in {403, 404}


def test_a_form_that_prints_what_is_no_report_of_its_model_is_refused(env: Env) -> None:
    catalog = views_of(env.registry)
    model = env.registry.model("crm_sales.quote")
    views = ModelViews(model, form=Form(model, reports=("crm_sales.order",)))

    with pytest.raises(AddonError, match=r"'crm_sales\.quote\.form' prints 'crm_sales\.order'"):
        catalog._check_reports(views)


def test_every_ready_letter_can_be_filled_and_names_its_document(env: Env) -> None:
    letters = env.session.scalars(select(env[MailTemplate]).order_by(env[MailTemplate].id)).all()

    assert {(one.model, one.locale) for one in letters} == {
        (model, locale)
        for model in ("crm_sales.order", "crm_sales.quote", "erp_accounting.invoice", "erp_stock.shipment")
        for locale in ("en", "fr")
    }
    for one in letters:
        unknown = merge_fields.broken(env, one.model, f"{one.subject} {one.body}")
        assert (one.name, [str(error.message) for error in unknown]) == (one.name, [])
        documents: list[Any] = [None, *(report.name for report in reports_for(env, one.model))]
        assert one.report in documents
    assert len({one.body for one in letters}) == len(letters), "each language has its own words"


def test_a_letter_written_from_a_record_leaves_with_its_document(
    client: Visitor, workspace: LiveWorkspace, quote_id: int
) -> None:
    with workspace.env() as env:
        from addons.crm_sales.services import quotes

        quote = env.get(env.registry.model("crm_sales.quote"), quote_id)
        order_id = quotes.accept_for_customer(env, quote).id
    page = client.get(f"/app/crm_sales/order/{order_id}").text
    address = f"/mail/compose?model=crm_sales.order&amp;id={order_id}"
    assert page.count(address) == 2, "a button on the desk, an entry of the menu on the phone"
    assert "Order confirmation" in client.get(address.replace("&amp;", "&")).text

    form = {
        "model": "crm_sales.order",
        "id": order_id,
        "to": "info@tilleuls.example",
        "subject": "Order {number}",
        "body": "Thank you for {total}.",
        "report": "crm_sales.order",
    }
    assert client.post("/mail/send", form).headers["location"] == f"/app/crm_sales/order/{order_id}"

    with workspace.env() as env:
        mail = env.session.scalars(select(env[Mail])).one()
        assert (mail.record_model, mail.record_id, mail.text) == (
            "crm_sales.order",
            order_id,
            "Thank you for €10,696.80.",
        )
        assert [file.name for file in mail.attachments] == [mail.subject.removeprefix("Order ") + ".pdf"]
        message = env[Message]
        told = env.session.scalars(select(message).where(message.kind == MessageKind.MAIL)).one()
        assert (told.model, told.record_id, told.subject) == ("crm_sales.order", order_id, mail.subject)
