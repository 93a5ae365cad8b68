"""My activities in the calendar program of my choice: a secret address, read without signing in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event
from sqlalchemy import or_, select

from addons.base.models import Activity, CalendarFeed
from core.api import NotFound, RuleBroken, User, _, on_behalf, user_with_rights, using

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

PAST_DAYS = 60
"""Finished activities stay in the calendar so long."""
TOUCH = timedelta(hours=1)
PRODUCT = "-//Passerelle//Activities//EN"
SECRET_BYTES = 24


class TooManyFeeds(RuleBroken):
    """A handful of calendars is enough for one person."""

    def __init__(self) -> None:
        super().__init__(_("You have ten calendar addresses."), hint=_("Revoke one that you no longer use."))


def make(env: Env, name: str) -> tuple[CalendarFeed, str]:
    """A new address for the user; the secret is given once and only its digest is kept."""
    if len(mine(env)) >= 10:
        raise TooManyFeeds
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with env.system("make a calendar address") as system:
        made = system.add(
            CalendarFeed,
            user_id=env.user.id,
            name=(name.strip() or str(_("My calendar")))[:80],
            secret_hash=_digest(secret),
        )
        feed_id = made.id
    return env.get(CalendarFeed, feed_id), secret


def mine(env: Env) -> Sequence[CalendarFeed]:
    """The user's addresses that work, oldest first."""
    model = env[CalendarFeed]
    return env.session.scalars(
        select(model).where(model.user_id == env.user.id, model.revoked_at.is_(None)).order_by(model.id)
    ).all()


def revoke(env: Env, feed: CalendarFeed) -> None:
    """The address answers no more, at once."""
    if feed.user_id != env.user.id and not env.access.everything:
        raise NotFound(_("There is no such calendar address."), hint=_("Choose one of yours."))
    feed.revoked_at = env.now()
    env.session.flush()


def read(env: Env, secret: str, origin: str) -> bytes:
    """The calendar behind an address. Revoked, unknown, or the user is no longer active: NotFound."""
    with env.system("calendar address") as system:
        feed, user = system[CalendarFeed], system[User]
        found = system.session.execute(
            select(feed, user)
            .join(user, user.id == feed.user_id)
            .where(feed.secret_hash == _digest(secret), feed.revoked_at.is_(None), user.active)
        ).first()
        if found is None:
            raise NotFound(_("This calendar address does not exist any more."))
        known, owner = found
        if known.last_read_at is None or env.now() - known.last_read_at > TOUCH:
            known.last_read_at = env.now()
        system.session.flush()
        reader = user_with_rights(system, owner.id)
        if reader is None:
            raise NotFound(_("This calendar address does not exist any more."))
        companies = tuple(one.company_id for one in owner.companies)
        with using(owner.locale):
            return _calendar(on_behalf(system, reader, companies), owner, origin)


def _calendar(env: Env, owner: User, origin: str) -> bytes:
    """The owner's activities, about records that they may still read."""
    activity = env[Activity]
    since = env.now() - timedelta(days=PAST_DAYS)
    rows = env.session.scalars(
        select(activity)
        .where(activity.assignee_id == owner.id)
        .where(or_(activity.done_at.is_(None), activity.done_at >= since))
        .order_by(activity.due_on, activity.id)
    )
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", str(_("{name}, activities", name=owner.name)))
    for row in rows:
        calendar.add_component(_event(env, row, origin))
    return bytes(calendar.to_ical())


def _event(env: Env, activity: Activity, origin: str) -> Event:
    """A whole day, because an activity has a day and no hour (RFC 5545, 3.6.1)."""
    event = Event()
    addon, _dot, model = activity.model.partition(".")
    event.add("uid", f"activity-{activity.id}@{env.workspace.name}")
    event.add("dtstamp", _utc(activity.updated_at))
    event.add("last-modified", _utc(activity.updated_at))
    event.add("dtstart", activity.due_on)
    event.add("dtend", activity.due_on + timedelta(days=1))
    done = "✓ " if activity.done_at else ""
    event.add("summary", f"{done}{activity.kind.label}: {activity.summary}")
    described = [activity.record_name, activity.note or ""]
    event.add("description", "\n".join(text for text in described if text))
    event.add("url", f"{origin}/app/{addon}/{model}/{activity.record_id}")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    return event


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
