from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from addons.base.models import Address, AddressKind, Message
from addons.crm_sales.models import LineKind, OrderStatus, QuoteStatus
from addons.crm_sales.services import content, quotes
from addons.crm_sales.services.lines import LineDraft, NoLines
from core.api import Invalid, NotFound, writing_closed
from tests.base.factories import a_party
from tests.catalog.factories import a_product, a_tax
from tests.crm_sales.factories import a_quote, a_sent_quote, an_opportunity

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales")

D = Decimal


def test_a_quote_adds_up_per_tax(env: Env) -> None:
    quote = a_quote(env)

    assert [line.net for line in quote.lines] == [D("4082.40"), D("3126.60"), D("1860.00")]
    assert (quote.net, quote.tax, quote.total) == (D("9069.00"), D("1627.80"), D("10696.80"))
    assert [(row["rate"], row["base"], row["amount"]) for row in quote.tax_summary] == [
        ("20", "7209.00", "1441.80"),
        ("10", "1860.00", "186.00"),
    ]


def test_a_product_brings_its_name_price_unit_and_taxes(env: Env) -> None:
    vat = a_tax(env)
    product = a_product(env, name="LED strip", sale_price=D(58), sale_taxes=[vat])

    quote = a_quote(env, [LineDraft(product, D(2))])

    [line] = quote.lines
    assert (line.description, line.unit_price, line.unit_id) == ("LED strip", D(58), product.unit_id)
    assert line.taxes == [vat]
    assert quote.total == D("139.20")


def test_sections_and_notes_count_for_nothing(env: Env) -> None:
    lines = [
        LineDraft(kind=LineKind.SECTION, description="Guest floors"),
        LineDraft(a_product(env), D(1), D(100)),
        LineDraft(kind=LineKind.NOTE, description="Delivered before 10:00"),
    ]

    quote = a_quote(env, lines)

    assert quote.net == D(100)
    assert [line.position for line in quote.lines] == [0, 1, 2]


def test_numbers_of_a_year_have_no_gap(env: Env) -> None:
    day = env.today()

    numbers = [a_quote(env, on=day).number for _ in range(3)]

    first = int(numbers[0].rpartition("-")[2])
    assert numbers == [f"Q-{day.year}-{first + i:04}" for i in range(3)]


def test_a_quote_takes_the_addresses_of_its_customer(env: Env) -> None:
    party = a_party(env)
    party.addresses.append(
        env[Address](street="14 quai des Tanneurs", postcode="74000", city="Annecy", country="FR")
    )
    party.addresses.append(
        env[Address](kind=AddressKind.DELIVERY, street="2 Hafenstraße", city="Bremen", country="DE")
    )
    env.session.flush()

    quote = a_quote(env, party=party)

    assert quote.invoice_address == "14 quai des Tanneurs\n74000 Annecy"
    assert quote.delivery_address == "2 Hafenstraße\nBremen\nGermany"


@pytest.mark.parametrize("discount", [D(-1), D("100.01")])
def test_a_discount_is_between_0_and_100(env: Env, discount: Decimal) -> None:
    with pytest.raises(Invalid, match="The discount of Pendant Orla 40 must be between 0 and 100 %"):
        a_quote(env, [LineDraft(a_product(env), D(1), D(1), discount)])


def test_sending_makes_a_quote_final_and_fingerprints_it(env: Env) -> None:
    quote = a_quote(env)

    token = quotes.send(env, quote)

    assert quote.status == QuoteStatus.SENT
    assert quote.content is not None
    assert quote.document_hash == content.fingerprint(quote.content)
    assert quotes.by_token(env, token) is quote
    with pytest.raises(quotes.NotDraft, match=f"Quote {quote.number} is Sent"):
        quotes.send(env, quote)


def test_an_empty_quote_is_not_sent(env: Env) -> None:
    quote = a_quote(env, [LineDraft(kind=LineKind.NOTE, description="Soon")])

    with pytest.raises(NoLines, match="has no product line"):
        quotes.send(env, quote)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE crm_sales_quote SET total = total + 1, net = net + 1",
        "DELETE FROM crm_sales_quote",
        "UPDATE crm_sales_quote_line SET quantity = 99",
        "DELETE FROM crm_sales_quote_line",
    ],
)
def test_the_database_keeps_a_sent_quote_as_it_was(env: Env, change: str) -> None:
    a_sent_quote(env)

    with pytest.raises(IntegrityError, match="was sent"):
        env.scope.connection.execute(text(change))


def test_a_new_version_replaces_the_old_one_when_it_is_sent(env: Env) -> None:
    first = a_sent_quote(env)

    second = quotes.revise(env, first)

    assert (second.reference, first.status) == (f"{first.number}/2", QuoteStatus.SENT)
    assert [(line.net, [tax.id for tax in line.taxes]) for line in second.lines] == [
        (line.net, [tax.id for tax in line.taxes]) for line in first.lines
    ]
    quotes.send(env, second)
    assert (first.status, second.status) == (QuoteStatus.REPLACED, QuoteStatus.SENT)
    with pytest.raises(quotes.NotOpen, match=r"is Replaced\. Ask for the new version"):
        quotes.accept(env, first, "Mathilde Aubry")


def test_accepting_keeps_who_when_where_and_what(env: Env) -> None:
    quote = a_sent_quote(env)

    order = quotes.accept(env, quote, " Mathilde Aubry ", ip="192.0.2.7")

    assert (quote.status, quote.decided_by, quote.decided_ip) == (
        QuoteStatus.ACCEPTED,
        "Mathilde Aubry",
        "192.0.2.7",
    )
    assert quote.decided_hash == quote.document_hash
    assert quote.decided_at is not None
    assert (order.status, order.total, order.quote_id) == (OrderStatus.DRAFT, quote.total, quote.id)
    assert [line.net for line in order.lines] == [line.net for line in quote.lines]


def test_a_second_click_on_accept_gives_the_same_order(env: Env) -> None:
    quote = a_sent_quote(env)
    order = quotes.accept(env, quote, "Mathilde Aubry")

    again = quotes.accept(env, quote, "Mathilde Aubry")

    assert again is order


def test_accepting_wins_the_opportunity(env: Env) -> None:
    opportunity = an_opportunity(env)
    quote = a_sent_quote(env, party=opportunity.party, opportunity=opportunity)

    quotes.accept(env, quote, "Mathilde Aubry")

    assert opportunity.state == "won"


def test_nobody_accepts_after_the_last_day(env: Env) -> None:
    yesterday = env.today() - timedelta(days=1)
    quote = a_quote(env, on=yesterday, valid_until=yesterday)
    quote.valid_until = env.today()
    quotes.send(env, quote)
    with writing_closed(quote):
        quote.valid_until = yesterday

    with pytest.raises(quotes.Expired, match="was valid until"):
        quotes.accept(env, quote, "Mathilde Aubry")


def test_accepting_needs_a_name_and_refusing_a_reason(env: Env) -> None:
    quote = a_sent_quote(env)

    with pytest.raises(Invalid, match="Write your name"):
        quotes.accept(env, quote, "  ")
    with pytest.raises(Invalid, match="Say in a few words why"):
        quotes.refuse(env, quote, "")

    assert quote.status == QuoteStatus.SENT


def test_a_refused_quote_keeps_the_reason(env: Env) -> None:
    quote = a_sent_quote(env)

    quotes.refuse(env, quote, "Too expensive", name="Mathilde Aubry")

    assert (quote.status, quote.refusal_reason) == (QuoteStatus.REFUSED, "Too expensive")
    with pytest.raises(quotes.NotOpen, match="is Refused"):
        quotes.accept(env, quote, "Mathilde Aubry")


def test_an_unknown_link_is_answered_with_a_sentence(env: Env) -> None:
    with pytest.raises(NotFound, match="This link has expired or is not complete"):
        quotes.by_token(env, "nothing")


def test_a_new_link_ends_the_old_one(env: Env) -> None:
    quote = a_quote(env)
    old = quotes.send(env, quote)

    new = quotes.new_link(env, quote)

    assert quotes.by_token(env, new) is quote
    with pytest.raises(NotFound):
        quotes.by_token(env, old)


def test_the_timeline_tells_the_story_in_the_language_of_the_reader(env: Env) -> None:
    quote = a_sent_quote(env)
    env.session.flush()

    message = env[Message]
    bodies = env.session.scalars(
        select(message.body).where(message.model == "crm_sales.quote", message.record_id == quote.id)
    ).all()

    assert sorted(bodies) == sorted(
        [f"Quote {quote.number} created", f"Quote {quote.number} sent, €10,696.80"]
    )
