from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import Address, ContactKind, Party, PartyKind
from addons.base.services import parties, vcards
from core.api import Invalid
from tests.base.factories import a_party, a_person

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("base")

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "public" / "vcards"
"""Published examples; the folder is not part of the project."""


def test_a_contact_survives_going_out_and_coming_back(env: Env) -> None:
    hotel = a_party(env, name="Hôtel des Tilleuls")
    person = a_person(
        env,
        name="Jeanne Céleste-Martin",
        email="jeanne@celeste.example",
        phone="06 12 34 56 78",
        job_title="Chef; pastry, bread",
        website="https://celeste.example",
        note="First line\nSecond line",
        parent_id=hotel.id,
    )
    parties.add_contact_point(env, person, ContactKind.PHONE, "04 50 11 22 33", "work")
    person.addresses.append(
        env[Address](street="3 rue des Lilas", postcode="74000", city="Annecy", country="FR")
    )
    env.session.flush()

    (card,) = vcards.parse(vcards.write(env, [person]))

    assert (card.name, card.organisation, card.job_title) == (
        "Jeanne Céleste-Martin",
        "Hôtel des Tilleuls",
        "Chef; pastry, bread",
    )
    assert (card.emails, card.phones) == (
        [("jeanne@celeste.example", "")],
        [("06 12 34 56 78", ""), ("04 50 11 22 33", "work")],
    )
    assert (card.website, card.note) == ("https://celeste.example", "First line\nSecond line")
    assert card.addresses == [
        {
            "street": "3 rue des Lilas",
            "street2": "",
            "postcode": "74000",
            "city": "Annecy",
            "region": "",
            "country": "FR",
        }
    ]


CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Léa Morel
ORG:Auberge du Lac
EMAIL;TYPE=INTERNET:lea@auberge.example
TEL;TYPE=CELL:+33 6 98 76 54 32
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Auberge du Lac
ORG:Auberge du Lac
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:
END:VCARD
"""


def test_cards_become_people_with_their_organisation(env: Env) -> None:
    imported = vcards.take_in(env, vcards.parse(CARDS.encode()))

    assert (imported.created, imported.updated) == (2, 0)
    assert [(place, sentence) for place, _name, sentence in imported.refused] == [
        (3, "The card has no name.")
    ]
    model = env[Party]
    lea = env.session.scalars(select(model).where(model.name == "Léa Morel")).one()
    assert (lea.kind, lea.email, lea.phone) == (
        PartyKind.PERSON,
        "lea@auberge.example",
        "+33 6 98 76 54 32",
    )
    assert lea.parent is not None
    assert lea.parent.name == "Auberge du Lac"


def test_a_known_contact_is_completed_and_keeps_what_it_has(env: Env) -> None:
    lea = a_person(env, name="Léa", email="LEA@auberge.example", phone="04 50 00 00 00")

    imported = vcards.take_in(env, vcards.parse(CARDS.encode())[:1])

    assert (imported.created, imported.updated) == (0, 1)
    assert (lea.name, lea.phone) == ("Léa", "04 50 00 00 00")
    assert [point.value for point in lea.contact_points] == ["+33 6 98 76 54 32"]


def test_what_is_no_card_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="not a file of contacts"):
        vcards.parse(b"name,email\n")


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the published example cards are not on this machine")
@pytest.mark.parametrize("path", sorted(PUBLIC.glob("*.vcf")), ids=lambda path: path.stem)
def test_published_cards_are_read(env: Env, path: Path) -> None:
    cards = vcards.parse(path.read_bytes())

    imported = vcards.take_in(env, cards)

    assert cards
    assert all(card.name for card in cards)
    assert imported.created + imported.updated + len(imported.refused) == len(cards)
    assert imported.refused == []
