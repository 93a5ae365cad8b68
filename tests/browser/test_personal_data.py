from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from addons.base.models import ConsentChannel, ConsentSource, ConsentStatus, ExternalSystem, Party, PartyKind
from addons.base.services import consents, mailing, master_data, retention
from core.testing.browser import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = [pytest.mark.addons("base"), pytest.mark.browser]

LOOKS = [{}, {"dark": True}, {"phone": True}, {"phone": True, "dark": True, "locale": "fr"}]


@pytest.fixture
def person_id(workspace: LiveWorkspace) -> int:
    """Somebody with consents, a number in another system, and a letter to be written."""
    with workspace.env() as env:
        person = env.add(Party, name="Jeanne Martin", kind=PartyKind.PERSON, email="jeanne@celeste.example")
        wording = consents.add_wording(env, "newsletter", "Newsletter", "I would like to read your news.")
        paper = (ConsentChannel.EMAIL, ConsentStatus.GIVEN, ConsentSource.PAPER)
        consents.note(env, person, wording, *paper)
        system: ExternalSystem = master_data.save_system(env, None, name="CDP", fields=["email"])
        values = {"name": "Jeanne Martin", "email": "jeanne@celeste.example"}
        master_data.receive(env, system, [("C-1", values)])
        letter = {"name": "Hello", "model": "base.party", "locale": "en", "subject": "Hello {name}"}
        mailing.save_template(env, None, letter | {"body": "Dear {name}"})
        retention.set_rule(env, "base.people", 36)
        return person.id


@pytest.mark.parametrize("looks", LOOKS, ids=str)
def test_the_pages_are_accessible(browse: Callable[..., Any], person_id: int, looks: dict[str, Any]) -> None:
    pages = (
        "/settings/personal-data?q=jeanne",
        f"/settings/personal-data/people/{person_id}",
        "/settings/personal-data/rules/1",
        "/settings/master-data",
        "/settings/master-data/1",
        "/settings/mail-templates",
        "/settings/mail-templates/1",
        f"/mail/compose?model=base.party&id={person_id}",
        f"/app/base/party/{person_id}",
        f"/app/base/party/{person_id}?view=details",
        "/my/calendar",
        "/contacts/vcards",
    )
    with browse(**looks) as page:
        for path in pages:
            page.goto(path)

            assert page.locator("h1").count() == 1, path
            assert (path, violations(page)) == (path, [])


def test_a_person_is_made_anonymous_after_a_question(browse: Callable[..., Any], person_id: int) -> None:
    with browse() as page:
        page.goto(f"/settings/personal-data/people/{person_id}")
        page.get_by_role("button", name="Make anonymous…").click()
        dialog = page.get_by_role("dialog")
        assert "Make Jeanne Martin anonymous?" in dialog.inner_text()
        dialog.get_by_role("button", name="Keep Jeanne Martin").click()
        assert "Jeanne Martin" in page.locator("h1").inner_text()

        page.get_by_role("button", name="Make anonymous…").click()
        page.get_by_role("dialog").get_by_role("button", name="Make anonymous").click()

        page.get_by_text("Anonymous since").wait_for()
        assert page.locator("h1").inner_text() == f"Anonymised person {person_id}"


def test_a_letter_is_written_from_the_menu_and_stands_on_the_timeline(
    browse: Callable[..., Any], person_id: int
) -> None:
    with browse() as page:
        page.goto(f"/app/base/party/{person_id}?view=details")
        page.get_by_role("button", name="More actions on Jeanne Martin").click()
        page.get_by_role("menuitem", name="Send by e-mail…").click()
        page.locator("#letter").wait_for()
        assert page.get_by_label("Text").input_value() == "Dear Jeanne Martin"
        page.get_by_label("Text").fill("Dear {name}, see {website}")
        page.get_by_role("button", name="Preview").click()
        page.get_by_text("{website} of Jeanne Martin is empty.").wait_for()

        page.get_by_label("Text").fill("Dear {name}")
        page.get_by_role("button", name="Send the e-mail").click()

        page.get_by_text("Hello Jeanne Martin").first.wait_for()
