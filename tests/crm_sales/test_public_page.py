from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from addons.crm_sales.models import Order, Quote
from addons.crm_sales.services import quotes
from core.api import writing_closed
from tests.crm_sales.factories import a_quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales")


def sent(workspace: LiveWorkspace, **values: Any) -> tuple[int, str]:
    """A sent quote and the secret of its link."""
    with workspace.env() as env:
        quote = a_quote(env, **values)
        return quote.id, quotes.send(env, quote)


def test_a_customer_reads_takes_the_pdf_and_accepts(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    quote_id, token = sent(workspace)
    customer = visitor(None)

    page = customer.get(f"/quote/{token}")
    pdf = customer.get(f"/quote/{token}/pdf")
    accepted = customer.post(f"/quote/{token}/accept", {"name": "Mathilde Aubry"}, follow_redirects=True)
    again = customer.post(f"/quote/{token}/accept", {"name": "Mathilde Aubry"}, follow_redirects=True)

    assert page.status_code == 200
    assert "€10,696.80" in page.text
    assert "Pendant Orla 40" in page.text
    assert pdf.content.startswith(b"%PDF-")
    assert (accepted.status_code, again.status_code) == (200, 200)
    assert "Accepted by Mathilde Aubry" in accepted.text
    with workspace.env() as env:
        quote = env.get(Quote, quote_id)
        assert (quote.status, quote.decided_by) == ("accepted", "Mathilde Aubry")
        assert quote.decided_ip
        assert quote.decided_hash == quote.document_hash
        assert env.session.query(env[Order]).count() == 1


def test_a_name_is_asked_for_and_nothing_is_written(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    quote_id, token = sent(workspace)

    answer = visitor(None).post(f"/quote/{token}/accept", {"name": " "})

    assert answer.status_code == 422
    assert "Write your name." in answer.text
    with workspace.env() as env:
        assert env.get(Quote, quote_id).status == "sent"


def test_a_customer_refuses_with_a_reason(workspace: LiveWorkspace, visitor: Callable[..., Visitor]) -> None:
    quote_id, token = sent(workspace)

    answer = visitor(None).post(f"/quote/{token}/refuse", {"reason": "Too late"}, follow_redirects=True)

    assert "You refused this quote." in answer.text
    with workspace.env() as env:
        assert env.get(Quote, quote_id).refusal_reason == "Too late"


def test_an_unknown_or_expired_link_is_a_sentence(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    quote_id, token = sent(workspace)
    with workspace.env() as env:
        quote = env.get(Quote, quote_id)
        with writing_closed(quote):
            quote.token_expires_at = env.now() - timedelta(minutes=1)

    answers = [visitor(None).get(f"/quote/{secret}") for secret in (token, "nothing")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("This link has expired or is not complete." in answer.text for answer in answers)


def test_after_the_last_day_the_page_says_so_and_accepting_is_refused(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    quote_id, token = sent(workspace)
    with workspace.env() as env:
        quote = env.get(Quote, quote_id)
        with writing_closed(quote):
            quote.quoted_on = quote.valid_until = env.today() - timedelta(days=1)

    page = visitor(None).get(f"/quote/{token}")
    answer = visitor(None).post(f"/quote/{token}/accept", {"name": "Mathilde Aubry"})

    assert "This quote was valid until" in page.text
    assert "Accept the quote" not in page.text
    assert answer.status_code == 409
    with workspace.env() as env:
        assert env.get(Quote, quote_id).status == "sent"


def test_a_forged_form_changes_nothing(workspace: LiveWorkspace, visitor: Callable[..., Visitor]) -> None:
    quote_id, token = sent(workspace)

    answer = visitor(None).post(f"/quote/{token}/accept", {"name": "Mathilde Aubry"}, forged=True)

    assert answer.status_code == 403
    with workspace.env() as env:
        assert env.get(Quote, quote_id).status == "sent"
