from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import (
    Activity,
    Address,
    AnonymisedParty,
    ConsentChannel,
    ConsentSource,
    ConsentStatus,
    ExternalId,
    ExternalSystem,
    File,
    Party,
)
from addons.base.models.privacy import Anonymised
from addons.base.services import activities, anonymising, consents, merging, parties, timeline
from core.api import NotAllowed, RuleBroken, Traces
from core.mail import Attachment, send
from tests.base.factories import a_party, a_person, a_user, as_person
from tests.base.grep import found_in_schema

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("base")

JEANNE = {"name": "Jeanne Céleste-Martin", "email": "jeanne@celeste.example", "phone": "06 12 34 56 78"}
TRACES = ("jeanne", "céleste", "celeste", "612345678", "06 12 34 56 78", "secret illness")


def everything_about_jeanne(env: Env) -> Party:
    person = a_person(env, **JEANNE, note="Has a secret illness.", job_title="Chef Jeanne")
    person.addresses.append(env[Address](name="Mme Céleste-Martin", street="3 rue des Lilas", city="Annecy"))
    parties.add_contact_point(env, person, "email", "jcm@Celeste.example")
    person.email = "new.jeanne@celeste.example"
    env.session.flush()
    env.add(
        env.registry.model("core.audit"),
        at=env.now(),
        action="update",
        model="base.party",
        record_id=person.id,
        changes={
            "email": ["jeanne@celeste.example", "new.jeanne@celeste.example"],
            "note": [None, "secret illness"],
        },
    )
    timeline.note(env, person, "Spoke about her secret illness.")
    other = a_party(env, name="Hôtel Bellevue")
    timeline.note(env, other, "Ask MARTIN Jeanne Celeste or call +33 6 12 34 56 78; jeanne@celeste.example")
    plan = activities.plan(env, person, "Call Jeanne", date(2026, 12, 1), assignee_id=a_user(env).id)
    activities.complete(env, plan, "Jeanne told of the secret illness")
    env.add(
        Activity,
        model="base.party",
        record_id=other.id,
        party_id=person.id,
        summary="With Jeanne",
        note="secret illness",
        due_on=date(2026, 12, 2),
        assignee_id=a_user(env).id,
    )
    content = b"jeanne@celeste.example"
    env.add(
        File,
        model="base.party",
        record_id=person.id,
        party_id=person.id,
        name="Jeanne.txt",
        media_type="text/plain",
        size=len(content),
        sha256="0" * 64,
        content=content,
    )
    wording = consents.add_wording(env, "newsletter", "Newsletter", "I would like to read your news.")
    consents.note(
        env,
        person,
        wording,
        ConsentChannel.EMAIL,
        ConsentStatus.GIVEN,
        ConsentSource.PAPER,
        evidence="Folder Céleste-Martin",
    )
    system = env.add(ExternalSystem, name="CDP")
    env.add(
        ExternalId,
        party_id=person.id,
        system_id=system.id,
        external_id="jeanne-celeste-1",
        state={"email": "jeanne@celeste.example"},
    )
    letter = Attachment("jeanne.txt", "text/plain", content)
    send(
        env,
        to=["Jeanne <jeanne@celeste.example>"],
        subject="For Jeanne",
        text="Dear Jeanne",
        attachments=[letter],
    )
    return person


def test_nothing_in_the_schema_names_an_anonymised_person(env: Env) -> None:
    person = everything_about_jeanne(env)
    before = found_in_schema(env, TRACES)

    anonymising.anonymise(env, person)

    assert len(before) > 20
    assert found_in_schema(env, TRACES) == set()


def test_an_anonymised_person_keeps_a_number_and_cannot_be_named_again(env: Env) -> None:
    person = everything_about_jeanne(env)
    officer = as_person(env, "base.privacy", "base.contacts")

    anonymising.anonymise(officer, officer.get(Party, person.id))

    left = officer.get(AnonymisedParty, person.id)
    assert (left.name, left.email, left.active) == (f"Anonymised person {person.id}", None, False)
    assert left.anonymised_at is not None
    left.email = "jeanne@celeste.example"
    with pytest.raises(Anonymised, match="was anonymised"):
        officer.session.flush()


def test_the_consent_log_of_an_anonymised_person_stays_without_its_evidence(env: Env) -> None:
    person = everything_about_jeanne(env)

    anonymising.anonymise(env, person)

    (entry,) = consents.history(env, person)
    assert (entry.purpose, entry.status, entry.evidence) == ("newsletter", ConsentStatus.GIVEN, None)


def test_somebody_of_the_same_name_keeps_everything(env: Env) -> None:
    person = everything_about_jeanne(env)
    namesake = a_person(env, name="Jeanne Celeste-Martin", email="other@example.org", note="A note of hers.")
    timeline.note(env, namesake, "Jeanne Celeste-Martin likes tea.")
    shared = a_party(env, name="Auberge", email=None, phone="+33 6 12 34 56 78")

    outcome = anonymising.anonymise(env, person)

    assert set(outcome.shared) == {"Jeanne Celeste-Martin", "Auberge"}
    again = env.get(Party, namesake.id)
    assert (again.name, again.email, again.note) == (
        "Jeanne Celeste-Martin",
        "other@example.org",
        "A note of hers.",
    )
    message = env.registry.model("base.message")
    notes = env.session.query(message).filter_by(record_id=namesake.id).all()
    assert [note.body for note in notes] == ["Jeanne Celeste-Martin likes tea."]
    assert env.get(Party, shared.id).phone == "+33 6 12 34 56 78"
    assert "celeste" in str(again.search_tokens)


def test_contacts_that_were_merged_into_the_person_are_forgotten_with_it(env: Env) -> None:
    person = a_person(env, **JEANNE)
    double = a_person(env, name="Martin Jeanne Céleste", email="jm@celeste.example")
    merging.merge(env, person, double)

    anonymising.anonymise(env, env.get(Party, person.id))

    assert found_in_schema(env, (*TRACES, "jm@")) == set()
    assert env.get(AnonymisedParty, double.id).anonymised_at is not None


def test_an_organisation_is_not_made_anonymous(env: Env) -> None:
    hotel = a_party(env)

    with pytest.raises(RuleBroken, match="is an organisation, not a person"):
        anonymising.anonymise(env, hotel)


def test_only_who_looks_after_personal_data_makes_people_anonymous(env: Env) -> None:
    person = a_person(env)
    seller = as_person(env, "base.contacts")

    with pytest.raises(NotAllowed, match="may not make people anonymous"):
        anonymising.anonymise(seller, seller.get(Party, person.id))


def test_open_business_forbids_it_with_its_sentences(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    person = a_person(env)
    env.company.party_id = person.id
    env.session.flush()

    with pytest.raises(anonymising.CannotAnonymise, match="contact of your own company Atelier Lumen"):
        anonymising.anonymise(env, person)

    assert env.get(Party, person.id).name == "Lucie Ferrand"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Met Jeanne Céleste-Martin today.", "Met ••• today."),
        ("CELESTE MARTIN Jeanne", "•••"),
        ("Martin, Jeanne Celeste", "•••"),
        ("JEANNE CÉLESTE\u00a0MARTIN's house", "•••'s house"),
        ("jeanne@celeste.example, x.jeanne@celeste.example", "•••, x.jeanne@celeste.example"),
        ("+33 (0)6.12.34.56.78 and 06-12-34-56-78 and 1612345678", "••• and ••• and 1612345678"),
        ("Jeanne and Martin and Marseille", "Jeanne and Martin and Marseille"),
    ],
)
def test_a_person_is_recognised_however_it_is_written(written: str, left: str) -> None:
    traces = Traces(
        frozenset({"Jeanne Céleste-Martin"}), frozenset({"jeanne@celeste.example"}), frozenset({"612345678"})
    )

    assert traces.replaced(written) == left
    assert json.loads(traces.replaced_in_json(json.dumps([written, 10.80]))) == [left, 10.80]


def a_workbook(*cells: str) -> bytes:
    from openpyxl import Workbook

    book, content = Workbook(), io.BytesIO()
    book.active.append(cells)
    book.save(content)
    return content.getvalue()


def test_files_of_imports_that_name_the_person_are_dropped(env: Env) -> None:
    person = a_person(env, **JEANNE)
    batch = env.registry.model("core.batch")
    mine = env.add(
        batch, kind="import", model="base.party", title="a", file="x;CÉLESTE MARTIN Jeanne".encode()
    )
    sheet = env.add(
        batch, kind="import", model="base.party", title="b", file=a_workbook("jeanne@celeste.example")
    )
    other = env.add(batch, kind="import", model="base.party", title="c", file=b"Marc Petit")

    anonymising.anonymise(env, person)

    files = {row.id: row.file for row in env.session.scalars(select(batch))}
    assert files == {mine.id: None, sheet.id: None, other.id: b"Marc Petit"}
