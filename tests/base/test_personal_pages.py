from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.base.models import (
    AnonymisedParty,
    Consent,
    ExternalSystem,
    MailTemplate,
    Party,
    PartyKind,
    RetentionRun,
)
from core.jobs.drain import drain
from core.mail.models import Mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("base")

PAGES = (
    "/settings/personal-data",
    "/settings/personal-data?q=jeanne",
    "/settings/master-data",
    "/settings/master-data/new",
    "/settings/mail-templates",
    "/settings/mail-templates/new",
    "/my/calendar",
    "/contacts/vcards",
)


def a_person(workspace: LiveWorkspace, **values: Any) -> int:
    with workspace.env() as env:
        given = {"name": "Jeanne Martin", "kind": PartyKind.PERSON, "email": "jeanne@celeste.example"}
        return env.add(Party, **given | values).id


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_page_opens_in_both_languages(
    visitor: Callable[..., Visitor], workspace: LiveWorkspace, path: str, locale: str
) -> None:
    answer = visitor(name="Hannah Whitlock", locale=locale).get(path)

    assert answer.status_code == 200
    assert f'<html lang="{locale}"' in answer.text


@pytest.mark.parametrize("path", PAGES[:6])
def test_somebody_without_the_role_is_told_so(visitor: Callable[..., Visitor], path: str) -> None:
    assert visitor(name="Idriss Benali", roles=["base.contacts"]).get(path).status_code == 403


def test_a_person_is_found_looked_at_taken_out_and_forgotten(
    visitor: Callable[..., Visitor], workspace: LiveWorkspace
) -> None:
    person_id = a_person(workspace)
    officer = visitor(name="Hannah Whitlock", roles=["base.privacy"])
    url = f"/settings/personal-data/people/{person_id}"

    assert url in officer.get("/settings/personal-data/people?q=martin", partial=True).text
    assert "Download the archive" in officer.get(url).text
    archive = officer.get(f"{url}/archive")
    names = set(zipfile.ZipFile(io.BytesIO(archive.content)).namelist())
    assert {"contents.json", "base/person.json"} <= names
    assert officer.post(f"{url}/anonymise", forged=True).status_code == 403
    assert officer.post(f"{url}/anonymise").status_code == 303

    assert "Anonymous since" in officer.get(url).text
    with workspace.env() as env:
        assert env.get(AnonymisedParty, person_id).email is None
        audit = env.registry.model("core.audit")
        where = (audit.model == "base.party", audit.record_id == person_id)
        actions = set(env.session.scalars(select(audit.action).where(*where)))
        assert actions == {"create", "export", "anonymise", "update"}


def test_a_rule_is_previewed_run_and_followed(
    visitor: Callable[..., Visitor], workspace: LiveWorkspace
) -> None:
    old, young = a_person(workspace), a_person(workspace, name="Lucie Ferrand", email="lucie@x.example")
    with workspace.env() as env:
        party = env[Party]
        long_ago = env.now().replace(year=env.now().year - 5)
        env.bulk_update(party, party.id == old, {"created_at": long_ago, "updated_at": long_ago})
    officer = visitor(name="Hannah Whitlock", roles=["base.privacy"])
    form = {"subject": "base.people", "months": "36"}

    assert officer.post("/settings/personal-data/rules", form | {"months": "0"}).status_code == 422
    preview = officer.post("/settings/personal-data/rules", form).headers["location"]
    shown = officer.get(preview).text
    assert "Jeanne Martin" in shown
    assert "Lucie Ferrand" not in shown
    run = officer.post(f"{preview}/run").headers["location"]
    assert "every 2s" in officer.get(run, partial=True).text
    drain(workspace.platform, workspace.entry)

    assert "every 2s" not in officer.get(run, partial=True).text
    with workspace.env() as env:
        assert env.get(AnonymisedParty, old).anonymised_at is not None
        assert env.get(Party, young).name == "Lucie Ferrand"
        found = env.session.scalars(select(env[RetentionRun])).one()
        assert (found.total, found.done, found.state.value) == (1, 1, "done")


def test_a_consent_is_noted_from_the_contacts_page(
    visitor: Callable[..., Visitor], workspace: LiveWorkspace
) -> None:
    person_id = a_person(workspace)
    officer = visitor(name="Hannah Whitlock", roles=["base.privacy", "base.contacts"])
    words = {"purpose": "newsletter", "title": "Newsletter", "body": "I would like to read your news."}
    assert officer.post("/settings/personal-data/wordings", words | {"body": ""}).status_code == 422
    assert officer.post("/settings/personal-data/wordings", words).status_code == 303
    entry = {"wording": "1", "channel": "email", "status": "given", "source": "paper", "evidence": "Folder 7"}

    drawn = officer.post(f"/consents/{person_id}", entry, partial=True)
    refused = officer.post(f"/consents/{person_id}", entry | {"channel": "phone", "status": "withdrawn"})

    assert "Newsletter" in drawn.text
    assert refused.status_code == 422
    assert "has not agreed to newsletter" in refused.text
    assert "Newsletter" in officer.get(f"/app/base/party/{person_id}").text
    with workspace.env() as env:
        noted = env.session.scalars(select(env[Consent])).one()
        assert (noted.by.name if noted.by else "", noted.evidence) == ("Hannah Whitlock", "Folder 7")


def test_another_system_takes_a_field_over_and_delivers_a_file(
    client: Visitor, workspace: LiveWorkspace
) -> None:
    form = {"name": "CDP", "fields": ["name", "email"], "scope": "all", "url": "https://cdp.example.com/{id}"}

    assert client.post("/settings/master-data/new", form | {"url": "cdp"}).status_code == 422
    assert client.post("/settings/master-data/new", form).status_code == 303
    with workspace.env() as env:
        system_id = env.session.scalars(select(env[ExternalSystem])).one().id
    content = "external_id;name;email\n7;Auberge du Lac;info@auberge.example\n8;;\n"
    url = f"/settings/master-data/{system_id}"
    received = client.post(f"{url}/import", files={"file": ("cdp.csv", content.encode(), "text/csv")})

    assert "Give a name." in received.text
    assert client.get(url).status_code == 200
    with workspace.env() as env:
        party = env.session.scalars(select(env[Party]).where(env[Party].name == "Auberge du Lac")).one()
    page = client.get(f"/app/base/party/{party.id}").text
    assert "https://cdp.example.com/7" in page
    assert client.post(f"{url}/remove").status_code == 303


def test_a_letter_is_composed_previewed_and_sent(client: Visitor, workspace: LiveWorkspace) -> None:
    person_id = a_person(workspace)
    template = {
        "name": "Hello",
        "model": "base.party",
        "locale": "en",
        "subject": "Hello {name}",
        "body": "Dear {contact.name|friend}",
        "active": "1",
    }
    assert client.post("/settings/mail-templates/new", template | {"body": "{nme}"}).status_code == 422
    assert client.post("/settings/mail-templates/new", template).status_code == 303
    letter = {
        "model": "base.party",
        "id": str(person_id),
        "to": "jeanne@celeste.example",
        "subject": "Hello",
        "body": "See {website}",
    }

    assert (
        f"/mail/compose?model=base.party&amp;id={person_id}"
        in client.get(f"/app/base/party/{person_id}").text
    )
    assert "Dear Jeanne Martin" in client.get(f"/mail/compose?model=base.party&id={person_id}").text
    refused = client.post("/mail/send", letter)
    assert (refused.status_code, "{website} of Jeanne Martin is empty." in refused.text) == (422, True)
    shown = client.post("/mail/preview", letter | {"body": "Dear {name}"}, partial=True)
    assert "Dear Jeanne Martin" in shown.text
    assert client.post("/mail/send", letter | {"body": "Dear {name}"}).status_code == 303
    with workspace.env() as env:
        assert [mail.text.strip() for mail in env.session.scalars(select(env[Mail]))] == [
            "Dear Jeanne Martin"
        ]
        assert env.session.scalars(select(env[MailTemplate].name)).all() == ["Hello"]


def test_a_calendar_address_works_without_signing_in_until_revoked(
    client: Visitor, visitor: Callable[..., Visitor]
) -> None:
    page = client.post("/my/calendar", {"name": "Phone"}).text
    address = page.partition("http://")[2].partition('"')[0].partition("/")[2]
    program = visitor(None)

    assert program.get(f"/{address}").text.startswith("BEGIN:VCALENDAR")
    assert program.get("/calendar/guessed.ics").status_code == 404
    assert client.post("/my/calendar/1/revoke").status_code == 303
    assert program.get(f"/{address}").status_code == 404


def test_a_card_goes_out_and_a_file_of_cards_comes_in(client: Visitor, workspace: LiveWorkspace) -> None:
    person_id = a_person(workspace)

    card = client.get(f"/contacts/{person_id}/vcard")
    answer = client.post("/contacts/vcards", files={"file": ("all.vcf", card.content, "text/vcard")})

    assert card.content.startswith(b"BEGIN:VCARD")
    assert "1 completed" in answer.text
    assert client.post("/contacts/vcards").status_code == 422


def test_a_field_of_another_system_has_no_input_and_says_why(
    client: Visitor, workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    person_id = a_person(workspace)
    client.post("/settings/master-data/new", {"name": "CDP", "fields": "email", "scope": "all"})

    page = client.get(f"/app/base/party/{person_id}?view=details").text

    assert "Kept in CDP: correct it there." in page
    assert 'name="email"' not in page
    assert 'name="phone"' in page
