from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.base.models import ContactKind, MailTemplate, Message, MessageKind, Party
from addons.base.services import mailing, merge_fields, parties
from addons.base.services.mailing import Letter
from core.api import Invalid, NotAllowed, using
from core.mail.models import Mail
from tests.base.factories import a_party, a_person, as_person
from tests.crm_sales.factories import a_quote

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales")


def a_template(env: Env, **values: Any) -> MailTemplate:
    given = {
        "name": "Our offer",
        "model": "crm_sales.quote",
        "locale": "en",
        "subject": "Quote {number}",
        "body": "Dear {contact.name|Madam or Sir},\n{number} of {total} for {party.name}.\n{user.name}",
    }
    return mailing.save_template(env, None, given | values)


def test_a_template_is_filled_with_the_record_and_its_defaults(env: Env) -> None:
    hotel = a_party(env, name="Hôtel des Tilleuls")
    quote = a_quote(env, party=hotel)
    template = a_template(env)

    letter = mailing.compose(env, quote, template, None)

    assert letter.subject == f"Quote {quote.number}"
    assert letter.body == (
        f"Dear Madam or Sir,\n{quote.number} of €10,696.80 for Hôtel des Tilleuls.\nPasserelle"
    )


def test_amounts_and_days_are_written_in_the_language_of_the_template(env: Env) -> None:
    quote = a_quote(env, party=a_party(env))

    with using("fr"):
        text = merge_fields.fill(env, quote, "{total} {quoted_on}")

    assert text.startswith("10\u202f696,80\u00a0€ ")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Dear {contact.name}", "{contact.name} of .* is empty"),
        ("{party.nam}", "{party.nam} is not a field of this"),
        ("{party.name_key}", "is not a field of this"),
        ("{owner.password_hash}", "is not a field of this"),
        ("{__class__}", "is not a field of this"),
        ("{party.session}", "is not a field of this"),
        ("{lines}", "is not a field of this"),
        ("{}", "is not a field of this"),
    ],
)
def test_a_broken_field_refuses_to_send(env: Env, text: str, sentence: str) -> None:
    quote = a_quote(env, party=a_party(env, email="info@tilleuls.example"))

    with pytest.raises(merge_fields.BrokenField, match=sentence):
        mailing.send(env, quote, ["someone@else.example"], Letter("Hello", text))

    assert env.session.scalars(select(env[Mail].id)).all() == []


def test_a_hidden_field_is_not_put_into_a_letter(env: Env) -> None:
    quote = a_quote(env, party=a_party(env))
    product = quote.lines[0].product

    assert not merge_fields.broken(env, "catalog.product", "{cost}")
    seller = as_person(env, "crm_sales.user")
    assert [str(error.message) for error in merge_fields.broken(seller, "catalog.product", "{cost}")] == [
        "{cost} is not a field of this."
    ]
    assert product.cost >= Decimal(0)


def test_it_is_sent_with_the_document_and_stands_on_both_timelines(env: Env) -> None:
    hotel = a_party(env, email="info@tilleuls.example")
    quote = a_quote(env, party=hotel)
    (report, *_others) = mailing.reports_for(env, "crm_sales.quote") or [None]
    letter = Letter("Quote {number}", "Dear {party.name}", report.name if report else None)

    mailing.send(env, quote, ["info@tilleuls.example"], letter)

    mail = env.session.scalars(select(env[Mail])).one()
    assert (mail.recipients, mail.subject, mail.text.strip()) == (
        ["info@tilleuls.example"],
        f"Quote {quote.number}",
        "Dear Hôtel des Tilleuls",
    )
    assert [file.media_type for file in mail.attachments] == (["application/pdf"] if report else [])
    message = env[Message]
    entry = env.session.scalars(select(message).where(message.kind == MessageKind.MAIL)).one()
    assert (entry.model, entry.record_id, entry.party_id) == ("crm_sales.quote", quote.id, hotel.id)
    assert (entry.subject, entry.body.splitlines()[0]) == (
        f"Quote {quote.number}",
        "To info@tilleuls.example",
    )


def test_recipients_are_the_contact_the_party_and_its_people(env: Env) -> None:
    hotel = a_party(env, email="info@tilleuls.example")
    parties.add_contact_point(env, hotel, ContactKind.EMAIL, "compta@tilleuls.example", "accounts")
    lucie = a_person(env, email="lucie@tilleuls.example", parent_id=hotel.id)
    a_person(env, name="Gone", email="gone@tilleuls.example", parent_id=hotel.id, active=False)
    quote = a_quote(env, party=hotel, contact_id=lucie.id)

    found = mailing.recipients(env, quote)

    assert [(one.name, one.email) for one in found] == [
        ("Lucie Ferrand", "lucie@tilleuls.example"),
        ("Hôtel des Tilleuls", "info@tilleuls.example"),
        ("Hôtel des Tilleuls (accounts)", "compta@tilleuls.example"),
    ]
    letter = mailing.compose(env, quote, a_template(env), env.get(Party, lucie.id))
    assert letter.body.startswith("Dear Lucie Ferrand,")


def test_a_template_with_an_unknown_field_is_not_saved(env: Env) -> None:
    with pytest.raises(Invalid) as refused:
        a_template(env, body="Dear {contact.nme}", model="crm_sales.quote", name="")

    assert {name: str(text) for name, text in refused.value.fields.items()} == {
        "name": "Give the template a name.",
        "body": "{contact.nme} is not a field of this.",
    }
    with pytest.raises(NotAllowed, match="Only an administrator writes templates"):
        a_template(as_person(env, "crm_sales.user"))


def test_templates_in_the_partys_language_come_first(env: Env) -> None:
    quote = a_quote(env, party=a_party(env, locale="fr"))
    a_template(env, name="A")
    a_template(env, name="B", locale="fr")
    a_template(env, name="C", model="crm_sales.order", subject="Order {number}", body="{number}")

    found = [template.name for template in mailing.templates(env, quote)]
    ready = {"Following up a quote", "Relance d’un devis"}
    assert [name for name in found if name not in ready] == ["B", "A"]
