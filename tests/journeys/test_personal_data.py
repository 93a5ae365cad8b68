"""A person who bought something: what the archive holds, what forbids forgetting, what stays afterwards."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from addons.base.models import Party
from addons.base.services import anonymising, personal_archive, timeline
from addons.crm_sales.models import Opportunity, Order, Quote
from addons.crm_sales.services import opportunities, orders, quotes
from addons.erp_orders.services import orders as demand
from tests.base.factories import a_person, as_person
from tests.base.grep import found_in_schema
from tests.crm_sales.factories import a_confirmed_order, a_lost_reason, a_quote, a_sent_quote, an_opportunity
from tests.erp_accounting.factories import a_draft, a_payment, an_invoice
from tests.erp_orders.factories import a_confirmed_order as an_erp_order

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales", "erp_accounting", "erp_orders", "erp_stock")

TRACES = ("jeanne", "celeste", "céleste", "612345678", "06 12 34 56 78")


def jeanne(env: Env) -> Party:
    return a_person(
        env,
        name="Jeanne Céleste-Martin",
        email="jeanne@celeste.example",
        phone="06 12 34 56 78",
        is_customer=True,
    )


def row(env: Env, record: Any) -> dict[str, Any]:
    """Everything that stands in the row but the search column."""
    env.session.flush()
    env.session.refresh(record)
    return {
        column.key: getattr(record, column.key)
        for column in record.__table__.columns
        if column.key not in {"search_tokens", "version", "updated_at"}
    }


def test_every_app_says_what_is_still_open(env: Env) -> None:
    person = jeanne(env)
    deal = an_opportunity(env, title="Kitchen", party_id=person.id)
    offer = a_sent_quote(env, party=person)
    promise = a_confirmed_order(env, party=person, requested_date=env.today())
    order = an_erp_order(env, party=person)
    invoice = an_invoice(env, party=person)
    draft = a_draft(env, party=person)

    with pytest.raises(anonymising.CannotAnonymise) as refused:
        anonymising.anonymise(env, person)

    sentences = {str(sentence) for sentence in refused.value.sentences}
    assert sentences >= {
        f"Opportunity {deal.title} is open.",
        f"Order {order.title} is not delivered and invoiced.",
        f"{invoice.title} is not paid.",
        f"{draft.title} is not posted.",
    }
    assert any(
        sentence.startswith(f"Quote {offer.reference} can be accepted until") for sentence in sentences
    )
    assert any(sentence.startswith(f"Order {promise.number} is promised for") for sentence in sentences)
    assert any(sentence.startswith("Shipment ") for sentence in sentences)
    assert env.get(Party, person.id).name == "Jeanne Céleste-Martin"


def test_posted_documents_stay_and_everything_else_forgets_the_name(env: Env) -> None:
    person = jeanne(env)
    invoice = an_invoice(env, party=person, their_reference="Jeanne Céleste-Martin")
    a_payment(env, invoice)
    deal = an_opportunity(
        env, title="Kitchen of Jeanne Céleste-Martin", party_id=person.id, description="Jeanne"
    )
    opportunities.lose(env, deal, a_lost_reason(env), note="Jeanne moved away")
    refused = a_sent_quote(env, party=person, introduction="Dear Jeanne")
    quotes.refuse(env, refused, reason="Céleste-Martin said no")
    order = a_confirmed_order(env, party=person, customer_reference="Jeanne")
    orders.cancel(env, order, "Jeanne Céleste-Martin called")
    cancelled = an_erp_order(env, party=person)
    demand.cancel(env, cancelled, reason="Jeanne called")
    timeline.note(env, order, "Jeanne Céleste-Martin called from 06 12 34 56 78", party=person)
    env.session.flush()
    legal = {
        record: row(env, record) for record in (invoice, *invoice.lines, invoice.entry, *invoice.entry.lines)
    }

    outcome = anonymising.anonymise(env, env.get(Party, person.id))

    assert {record: row(env, record) for record in legal} == legal
    assert invoice.party_name == "Jeanne Céleste-Martin"
    assert [finding for findings in env.hooks.verify(env=env) for finding in findings] == []
    assert found_in_schema(env, TRACES) <= {
        "erp_accounting_invoice.party_name",
        "erp_accounting_invoice.their_reference",
        "erp_accounting_entry.label",
        "erp_accounting_entry.origin",
        "erp_accounting_entry_line.label",
        "erp_accounting_payment.memo",
    }
    assert outcome.erased.kept["erp_accounting_invoice"] == 1
    assert env.get(Opportunity, deal.id).title == "Kitchen of •••"
    assert env.get(Quote, refused.id).content is None
    assert env.get(Order, order.id).cancel_reason is None


def test_the_accepted_quote_stays_as_the_proof_of_a_contract(env: Env) -> None:
    person = jeanne(env)
    accepted = a_sent_quote(env, party=person)
    order = quotes.accept(env, accepted, "Jeanne Céleste-Martin")
    orders.cancel(env, order, "no stock")
    before = row(env, accepted)

    anonymising.anonymise(env, env.get(Party, person.id))

    assert row(env, accepted) == before


def test_the_archive_holds_what_every_app_stores(env: Env) -> None:
    person = jeanne(env)
    invoice = an_invoice(env, party=person)
    quote = a_quote(env, party=person)
    an_opportunity(env, title="Kitchen", party_id=person.id)
    an_erp_order(env, party=person)
    timeline.note(env, person, "Likes tea.")
    officer = as_person(env, "base.privacy")

    content = personal_archive.build(officer, officer.get(Party, person.id))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        read = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert set(read["contents.json"]["contents"]) == set(read) - {"contents.json"}
    assert read.keys() >= {
        "base/person.json",
        "base/message.json",
        "crm_sales/opportunity.json",
        "crm_sales/quote.json",
        "erp_accounting/invoice.json",
        "erp_accounting/entry_line.json",
        "erp_orders/order.json",
    }
    assert read["base/person.json"][0]["name"] == "Jeanne Céleste-Martin"
    assert read["erp_accounting/invoice.json"][0]["number"] == invoice.number
    assert len(read["crm_sales/quote.json"][0]["lines"]) == len(quote.lines)
    assert "net" not in read["erp_accounting/invoice.json"][0]


def test_an_administrator_reads_amounts_in_the_archive(env: Env) -> None:
    person = jeanne(env)
    an_invoice(env, party=person)

    with zipfile.ZipFile(io.BytesIO(personal_archive.build(env, person))) as archive:
        (invoice,) = json.loads(archive.read("erp_accounting/invoice.json"))

    assert Decimal(invoice["net"]) == Decimal(100)
