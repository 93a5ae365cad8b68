from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar
from sqlalchemy import text

from addons.base.models import ActivityKind
from addons.base.services import activities, calendar_feed
from core.api import NotFound
from tests.base.factories import a_party, a_user, as_person

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("base")

ORIGIN = "https://lumen.example"


def test_a_calendar_program_reads_my_activities_and_nobody_elses(env: Env) -> None:
    me = as_person(env)
    hotel = a_party(env)
    mine = activities.plan(
        env, hotel, "Visit, with samples", date(2026, 12, 4), kind=ActivityKind.VISIT, assignee_id=me.user.id
    )
    activities.plan(env, hotel, "Not mine", date(2026, 12, 4), assignee_id=a_user(env).id)
    _feed, secret = calendar_feed.make(me, "Phone")

    content = calendar_feed.read(env, secret, ORIGIN)

    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(event["summary"]) == "Visit: Visit, with samples"
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 4), date(2026, 12, 5))
    assert str(event["url"]) == f"{ORIGIN}/app/base/party/{hotel.id}"
    assert str(event["uid"]) == f"activity-{mine.id}@{env.workspace.name}"


def test_a_done_activity_stays_with_a_tick(env: Env) -> None:
    me = as_person(env)
    plan = activities.plan(env, a_party(env), "Call", date(2026, 12, 4), assignee_id=me.user.id)
    activities.complete(env, plan, "Talked")
    _feed, secret = calendar_feed.make(me, "")

    (event,) = Calendar.from_ical(calendar_feed.read(env, secret, ORIGIN)).walk("VEVENT")

    assert str(event["summary"]) == "✓ Task: Call"


def test_a_revoked_an_unknown_and_an_inactive_address_answer_alike(env: Env) -> None:
    user = a_user(env)
    me = as_person(env, user=user)
    feed, secret = calendar_feed.make(me, "Phone")
    _other, second = calendar_feed.make(me, "Tablet")

    calendar_feed.revoke(me, feed)
    with pytest.raises(NotFound):
        calendar_feed.read(env, secret, ORIGIN)
    with pytest.raises(NotFound):
        calendar_feed.read(env, "guessed", ORIGIN)
    assert calendar_feed.read(env, second, ORIGIN)

    user.active = False
    env.session.flush()
    with pytest.raises(NotFound):
        calendar_feed.read(env, second, ORIGIN)


def test_the_secret_itself_is_not_stored(env: Env) -> None:
    _feed, secret = calendar_feed.make(as_person(env), "Phone")

    stored = env.scope.connection.execute(text("SELECT * FROM base_calendar_feed")).mappings().all()

    assert len(stored) == 1
    assert secret not in str(stored)


def test_nobody_revokes_the_address_of_another(env: Env) -> None:
    feed, _secret = calendar_feed.make(as_person(env), "Phone")

    with pytest.raises(NotFound):
        calendar_feed.revoke(as_person(env), feed)


def test_ten_addresses_are_enough(env: Env) -> None:
    me = as_person(env)
    for number in range(10):
        calendar_feed.make(me, str(number))

    with pytest.raises(calendar_feed.TooManyFeeds, match="ten calendar addresses"):
        calendar_feed.make(me, "one more")
