from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import ExternalId, ExternalSystem, OwnedWhere, Party
from addons.base.models.master_data import OwnedElsewhere
from addons.base.services import anonymising, master_data
from core.api import Invalid, NotAllowed, User
from core.rest.dispatch import Call, Dispatcher
from core.security import tokens
from core.security.models import ApiToken, UserCompany, UserRole
from tests.base.factories import a_party, a_person, a_user, as_person

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("base")


def a_system(env: Env, *fields: str, name: str = "CDP", scope: OwnedWhere = OwnedWhere.ALL) -> ExternalSystem:
    user = a_user(env)
    token = env.add(ApiToken, user_id=user.id, name=name, token_hash=name.ljust(64, "0"), scopes=["write"])
    return master_data.save_system(env, None, name=name, fields=fields, scope=scope, token_id=token.id)


def test_people_cannot_change_what_another_system_owns(env: Env) -> None:
    a_system(env, "email", "vat_number")
    hotel = a_party(env, email="info@tilleuls.example")
    seller = as_person(env, "base.contacts")
    seen = seller.get(Party, hotel.id)

    seen.phone = "04 50 00 00 00"
    seller.session.flush()
    seen.email = "other@tilleuls.example"

    with pytest.raises(OwnedElsewhere, match='"E-mail" of Hôtel des Tilleuls is kept in CDP'):
        seller.session.flush()


def test_a_contact_made_here_may_be_filled_in_at_first(env: Env) -> None:
    a_system(env, "name", "email")
    seller = as_person(env, "base.contacts")

    made = seller.add(Party, name="Auberge", email="auberge@example.org")

    assert dict(made.locked_fields(seller)) == {
        "name": "Kept in CDP: correct it there.",
        "email": "Kept in CDP: correct it there.",
    }


def test_the_systems_own_token_writes_and_another_token_does_not(env: Env) -> None:
    cdp, erp = a_system(env, "email"), a_system(env, "phone", name="ERP")
    hotel = a_party(env, email="info@tilleuls.example")
    programs = {
        system.name: as_person(env, "base.contacts", token_id=system.token_id) for system in (cdp, erp)
    }

    programs["CDP"].get(Party, hotel.id).email = "new@tilleuls.example"
    programs["CDP"].session.flush()

    assert not programs["CDP"].get(Party, hotel.id).locked_fields(programs["CDP"]).keys() - {"phone"}
    programs["ERP"].get(Party, hotel.id).email = "erp@tilleuls.example"
    with pytest.raises(OwnedElsewhere):
        programs["ERP"].session.flush()


def test_fields_may_be_owned_only_where_the_system_knows_the_contact(env: Env) -> None:
    cdp = a_system(env, "email", scope=OwnedWhere.KNOWN)
    master_data.receive(env, cdp, [("77", {"name": "Known", "email": "known@example.org"})])
    seller = as_person(env, "base.contacts")
    model = seller[Party]
    known = seller.session.scalars(select(model).where(model.name == "Known")).one()
    own = seller.get(Party, a_party(env, name="Own").id)

    own.email = "own@example.org"
    seller.session.flush()

    known.email = "wrong@example.org"
    with pytest.raises(OwnedElsewhere):
        seller.session.flush()


def test_a_delivery_creates_updates_and_links_by_e_mail(env: Env) -> None:
    cdp = a_system(env, "name", "email")
    hotel = a_party(env, name="Tilleuls", email="info@tilleuls.example")

    first = master_data.receive(
        env,
        cdp,
        [
            ("1", {"name": "Hôtel des Tilleuls", "email": "INFO@tilleuls.example"}),
            ("2", {"name": "Auberge", "email": "auberge@example.org"}),
            ("", {"name": "Nobody"}),
            ("4", {"name": "", "email": "nobody@example.org"}),
            ("5", {"name": "Five", "owner_id": 1}),
        ],
    )
    second = master_data.receive(
        env, cdp, [("2", {"name": "Auberge", "email": "auberge@example.org"}), ("1", {"name": "Tilleuls SA"})]
    )

    assert (first.created, first.updated, first.unchanged) == (1, 1, 0)
    assert [(place, number) for place, number, _sentence in first.refused] == [(3, ""), (4, "4"), (5, "5")]
    assert (second.created, second.updated, second.unchanged) == (0, 1, 1)
    assert env.get(Party, hotel.id).name == "Tilleuls SA"
    number = env[ExternalId]
    assert env.session.execute(
        select(number.external_id, number.state).order_by(number.external_id)
    ).all() == [
        ("1", {"name": "Tilleuls SA"}),
        ("2", {"name": "Auberge", "email": "auberge@example.org"}),
    ]


def test_an_anonymised_person_does_not_come_back_with_the_next_delivery(env: Env) -> None:
    cdp = a_system(env, "name")
    master_data.receive(env, cdp, [("9", {"name": "Lucie Ferrand", "kind": "person"})])
    model = env[Party]
    anonymising.anonymise(env, env.session.scalars(select(model).where(model.name == "Lucie Ferrand")).one())

    again = master_data.receive(env, cdp, [("9", {"name": "Lucie Ferrand", "kind": "person"})])

    assert (again.created, again.updated, again.erased) == (0, 0, 1)
    assert env.session.scalars(select(model.id).where(model.name == "Lucie Ferrand")).all() == []


def test_a_field_has_one_owner(env: Env) -> None:
    a_system(env, "email")

    with pytest.raises(Invalid, match='"E-mail" is owned by CDP'):
        master_data.save_system(env, None, name="ERP", fields=["email"])


def test_only_an_administrator_says_who_owns_a_field(env: Env) -> None:
    seller = as_person(env, "base.contacts")

    with pytest.raises(NotAllowed, match="Only an administrator"):
        master_data.save_system(seller, None, name="Mine", fields=["email"])


def test_people_do_not_deliver_for_a_system(env: Env) -> None:
    cdp = a_system(env, "email")
    seller = as_person(env, "base.contacts")

    with pytest.raises(NotAllowed, match="Only CDP itself delivers its data"):
        master_data.receive(seller, seller.get(ExternalSystem, cdp.id), [("1", {"name": "X"})])


def test_a_file_is_read_by_its_heading() -> None:
    rows = master_data.read_csv(
        "external_id;name;is_customer;kind\n7;Léa;oui;person\n8;;;\n".encode("utf-8-sig")
    )

    assert rows == [
        ("7", {"name": "Léa", "is_customer": True, "kind": "person"}),
        ("8", {"name": None, "is_customer": False, "kind": "organisation"}),
    ]
    with pytest.raises(Invalid, match="needs a column external_id"):
        master_data.read_csv(b"name\nLea\n")
    with pytest.raises(Invalid, match="column colour is unknown"):
        master_data.read_csv(b"external_id,colour\n1,red\n")


def test_a_bulk_change_of_an_owned_field_is_refused(env: Env) -> None:
    a_system(env, "is_customer")
    seller = as_person(env, "base.contacts")

    with pytest.raises(OwnedElsewhere, match='"Customer" is kept in CDP'):
        seller.bulk_update(Party, seller[Party].active, {"is_customer": True})


def test_numbers_stay_with_a_person_made_of_two(env: Env) -> None:
    cdp = a_system(env, "name")
    person = a_person(env)
    env.add(ExternalId, party_id=person.id, system_id=cdp.id, external_id="A")
    env.add(ExternalId, party_id=person.id, system_id=cdp.id, external_id="B")

    assert [number.external_id for number in master_data.numbers_of(env, person)] == ["A", "B"]


def test_the_interface_writes_owned_fields_with_the_systems_token_only(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        company = env.company
        robot = env.add(User, name="CDP", email="cdp@lumen.example")
        env.add(UserRole, user_id=robot.id, role="base.contacts")
        env.add(UserCompany, user_id=robot.id, company_id=company.id)
        own = tokens.create(env, "CDP", ("write",), user_id=robot.id)
        other = tokens.create(env, "Other", ("write",), user_id=robot.id)
        token = env[ApiToken]
        known = env.session.scalars(select(token.id).where(token.name == "CDP")).one()
        master_data.save_system(env, None, name="CDP", fields=["email"], token_id=known)
        party_id = a_party(env, email="info@tilleuls.example").id
    dispatcher = Dispatcher(workspace.platform, per_minute=1000)

    def change(presented: str, **values: str) -> int:
        headers = {"authorization": f"Bearer {presented}", "content-type": "application/json"}
        path = f"base.party/{party_id}"
        sent = json.dumps(values).encode()
        call = Call(workspace.entry, "PATCH", path, {}, headers, sent, "R-1", "127.0.0.1")
        return dispatcher.answer(call).status

    assert change(own, email="new@tilleuls.example") == 200
    assert change(other, phone="04 50 00 00 00") == 200
    assert change(other, email="other@tilleuls.example") in {409, 422}
    with workspace.env() as env:
        assert env.get(Party, party_id).email == "new@tilleuls.example"
