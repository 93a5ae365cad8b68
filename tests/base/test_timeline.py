from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import ActivityKind, Message, MessageKind, Notice, Party
from addons.base.queries import activities as agenda
from addons.base.queries import timeline as reading
from addons.base.services import activities, sentences, timeline
from addons.base.services.sentences import Amount
from core.api import Invalid, _, using
from core.security.models import Audit
from tests.base.factories import a_party, a_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env, Who
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("base")


def test_an_event_is_read_in_the_language_of_its_reader() -> None:
    said = _("Choose {day} or later: {amount}", day=date(2026, 12, 4), amount=Amount(Decimal(12972), "EUR"))

    again = sentences.from_json(sentences.to_json(said) or {})

    with using("en"):
        assert str(again) == "Choose 4 Dec 2026 or later: €12,972.00"
    with using("fr"):
        assert "12\u202f972,00\xa0€" in str(again) or "12\xa0972,00\xa0€" in str(again)
        assert "4 déc. 2026" in str(again)


def test_a_note_tells_whoever_is_mentioned_or_follows_but_not_its_author(env: Env) -> None:
    party = a_party(env)
    anne = a_user(env, name="Anne Le Roy", email="anne@lumen.example")
    other = a_user(env, name="Anne Le", email="other@lumen.example")
    follower = a_user(env, name="Théo Marchal", email="theo@lumen.example")
    timeline.follow(env, party, [follower.id])

    message = timeline.note(env, party, "Please look, @anne le roy")

    notice = env[Notice]
    told = env.session.execute(
        select(notice.user_id, notice.mentioned).where(notice.message_id == message.id)
    ).all()
    assert {tuple(row) for row in told} == {(anne.id, True), (follower.id, False)}
    assert set(timeline.followers(env, party)) == {anne.id, follower.id}
    assert other.id not in timeline.followers(env, party)


def test_an_empty_note_is_refused(env: Env) -> None:
    with pytest.raises(Invalid, match="Write something first"):
        timeline.note(env, a_party(env), "   ")


def test_the_timeline_is_read_page_by_page_newest_first(env: Env) -> None:
    party = a_party(env)
    for number in range(5):
        timeline.log(env, party, f"Event {number}")
    env.session.flush()

    first = reading.of_record(env, party, limit=3)
    second = reading.of_record(env, party, after=first.after, limit=3)

    assert [entry.text for entry in first.entries] == ["Event 4", "Event 3", "Event 2"]
    assert [entry.text for entry in second.entries] == ["Event 1", "Event 0"]
    assert second.after == ""


def test_an_organisations_page_shows_its_people_too_and_filters_by_app(env: Env) -> None:
    party = a_party(env)
    person = a_party(env, name="Lucie Ferrand", kind="person", parent_id=party.id)
    timeline.log(env, person, "Called")
    timeline.log(env, party, "Order S-1 confirmed", topic="crm_sales")
    env.session.flush()

    everything = reading.of_party(env, party)
    sales = reading.of_party(env, party, topic="crm_sales")

    assert {entry.text for entry in everything.entries} == {"Called", "Order S-1 confirmed"}
    assert [entry.text for entry in sales.entries] == ["Order S-1 confirmed"]


def test_an_activity_is_late_today_or_later_and_done_once(env: Env) -> None:
    party, user = a_party(env), a_user(env)
    late = activities.plan(env, party, "Visit", env.today() - timedelta(days=2), assignee_id=user.id)
    now = activities.plan(env, party, "Call", env.today(), kind=ActivityKind.CALL, assignee_id=user.id)

    drawn = {task.activity.id: (task.tone, str(task.due)) for task in agenda.of_record(env, party)}

    assert drawn == {late.id: ("bad", "2 days late"), now.id: ("warn", "Today")}
    activities.complete(env, now, "They like it")
    assert [task.activity.id for task in agenda.of_record(env, party)] == [late.id]
    with pytest.raises(activities.AlreadyDone, match='"Call" is already done'):
        activities.complete(env, now)
    assert reading.of_record(env, party).entries[0].text == 'Call done, "Call": They like it'


@contextmanager
def saving(workspace: LiveWorkspace, request_id: str, who: Who | None = None) -> Iterator[Env]:
    """One save of somebody: a transaction with the id of its request."""
    options = {"user": who} if who else {}
    with workspace.env(request_id=request_id, **options) as env:
        yield env


@pytest.fixture
def known(workspace: LiveWorkspace) -> int:
    with saving(workspace, "made") as env:
        return a_party(env, name="Hôtel des Tilleuls", email="info@tilleuls.example").id


def changes(env: Env, party_id: int) -> list[tuple[str, list[tuple[str, str | None, str | None]]]]:
    page = reading.of_record(env, env.get(Party, party_id))
    return [
        (entry.author, [(one.label, one.old, one.new) for one in entry.changes])
        for entry in page.entries
        if entry.kind == MessageKind.CHANGE
    ]


def test_a_save_is_one_entry_with_every_field_that_is_told(workspace: LiveWorkspace, known: int) -> None:
    with saving(workspace, "first") as env:
        anna = a_user(env, name="Anna Berg")
        party = env.get(Party, known)
        party.phone, party.owner_id = "+33 1 23 45 67 89", anna.id
        env.session.flush()
        party.email, party.industry = "hello@tilleuls.example", "Hotels"
    with saving(workspace, "second") as env:
        env.get(Party, known).email = None

    with workspace.env() as env:
        assert changes(env, known) == [
            ("", [("E-mail", "hello@tilleuls.example", "")]),
            (
                "",
                [
                    ("Phone", "", "+33 1 23 45 67 89"),
                    ("Owner", "", "Anna Berg"),
                    ("E-mail", "info@tilleuls.example", "hello@tilleuls.example"),
                ],
            ),
        ]
        with using("fr"):
            assert changes(env, known)[0][1][0][0] == "E-mail"
            assert [label for label, _old, _new in changes(env, known)[1][1]] == [
                "Téléphone",
                "Responsable",
                "E-mail",
            ]


def test_what_was_changed_and_changed_back_is_not_told(workspace: LiveWorkspace, known: int) -> None:
    with saving(workspace, "there and back") as env:
        party = env.get(Party, known)
        party.phone = "1"
        env.session.flush()
        party.phone = None

    with workspace.env() as env:
        assert changes(env, known) == []


def test_messages_and_changes_are_read_together_page_by_page(workspace: LiveWorkspace, known: int) -> None:
    for number in range(7):
        with saving(workspace, f"save {number}") as env:
            party = env.get(Party, known)
            party.phone = str(number)
            if number % 2:
                timeline.log(env, party, f"Event {number}")

    told: list[str] = []
    with workspace.env() as env:
        party, after = env.get(Party, known), ""
        for _round in range(20):
            page = reading.of_record(env, party, after=after, limit=3)
            told += [entry.text or str(entry.changes[0].new) for entry in page.entries]
            after = page.after
            if not after:
                break

    assert sorted(told) == sorted([*map(str, range(7)), "Event 1", "Event 3", "Event 5"])
    assert [one for one in told if one.isdigit()] == [*map(str, reversed(range(7)))]


def test_a_change_is_not_written_a_second_time(workspace: LiveWorkspace, known: int) -> None:
    with saving(workspace, "once") as env:
        env.get(Party, known).phone = "1"

    with workspace.env() as env:
        assert env.session.scalars(select(env[Message].id)).all() == []
        assert len(changes(env, known)) == 1
        assert "history of a record" not in env.session.scalars(select(env[Audit].reason)).all()
