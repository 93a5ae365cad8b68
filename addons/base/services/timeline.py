"""Write on the timeline of a record: events, notes with mentions, e-mails. Followers are told of notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.base.models import Follower, Message, MessageKind, Notice, Party
from addons.base.services.sentences import from_json, to_json
from core.api import Invalid, User, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.api import Env, Model

MAX_NOTE = 20_000


def log(
    env: Env,
    record: Model,
    sentence: str,
    *,
    party: Party | None = None,
    party_id: int | None = None,
    kind: MessageKind = MessageKind.EVENT,
    topic: str = "",
    tone: str = "",
    subject: str | None = None,
) -> Message:
    """Say what happened to a record that is already written.

    It is sent to the database with the caller's next flush, at the latest at the end of the transaction.
    ``party`` (or its id)
    puts it on that party's page too; a party's own record is always on its page. ``topic`` is the app that
    filters
    show it under, by default the record's own.
    """
    source = to_json(sentence)
    message = env[Message](
        model=record.model_name,
        record_id=record.id,
        record_name=record.display_name[:200],
        party_id=record.id if record.model_name == Party.model_name else (party.id if party else party_id),
        kind=kind,
        topic=topic or record.model_name.partition(".")[0],
        body=str(from_json(source)) if source else str(sentence),
        source=source,
        subject=subject,
        tone=tone,
        author_id=env.user.id or None,
        request_id=env.scope.request_id,
        at=env.now(),
    )
    message.by_service = True
    env.session.add(message)
    return message


def log_many(env: Env, entries: Iterable[tuple[Model, str, Party | None]]) -> None:
    """Say what happened to several records; one statement when flushed."""
    for record, sentence, party in entries:
        log(env, record, sentence, party=party)


def note(env: Env, record: Model, body: str, *, party: Party | None = None) -> Message:
    """Write an internal note; whoever is mentioned (@Name) or follows the record is told, never the
    customer.
    """
    text = body.strip()
    if not text:
        raise Invalid(fields={"body": _("Write something first.")})
    if len(text) > MAX_NOTE:
        raise Invalid(
            fields={
                "body": _(
                    "A note has at most {limit} characters; attach longer texts as a file.", limit=MAX_NOTE
                )
            }
        )
    message = log(env, record, text, party=party, kind=MessageKind.NOTE)
    env.session.flush()
    mentioned = mentions(env, text)
    follow(env, record, [*mentioned, *([env.user.id] if env.user.id else [])])
    told = dict.fromkeys(mentioned, True) | {
        user_id: user_id in mentioned for user_id in followers(env, record) if user_id != env.user.id
    }
    for user_id, by_name in told.items():
        env.session.add(env[Notice](user_id=user_id, message_id=message.id, mentioned=by_name))
    env.session.flush()
    return message


def mentions(env: Env, text: str) -> list[int]:
    """Ids of the users whose full name follows an @; the longest name wins ("@Anne Le Roy", not "@Anne
    Le").
    """
    folded = text.casefold()
    if "@" not in folded:
        return []
    user = env[User]
    rows = env.session.execute(select(user.id, user.name).where(user.active)).all()
    found: list[int] = []
    for user_id, name in sorted(rows, key=lambda row: -len(row[1])):
        mention = f"@{name.casefold()}"
        if mention in folded:
            found.append(user_id)
            folded = folded.replace(mention, " ")
    return found


def follow(env: Env, record: Model, user_ids: Iterable[int]) -> None:
    """Let users follow a record; those who do already stay so."""
    known = set(followers(env, record))
    new = [
        {"model": record.model_name, "record_id": record.id, "user_id": user_id}
        for user_id in dict.fromkeys(user_ids)
        if user_id not in known
    ]
    for row in new:
        env.session.add(env[Follower](**row))
    env.session.flush()


def unfollow(env: Env, record: Model, user_id: int) -> None:
    """Stop telling a user about a record."""
    follower = env[Follower]
    env.bulk_delete(
        Follower,
        (follower.model == record.model_name)
        & (follower.record_id == record.id)
        & (follower.user_id == user_id),
    )


def followers(env: Env, record: Model) -> Sequence[int]:
    """Ids of the users who follow a record."""
    follower = env[Follower]
    where: tuple[Any, ...] = (follower.model == record.model_name, follower.record_id == record.id)
    with env.following(record):
        return env.session.scalars(select(follower.user_id).where(*where)).all()


def unread(env: Env) -> int:
    """How many notices the user has not read."""
    notice = env[Notice]
    where = (notice.user_id == env.user.id, notice.read_at.is_(None))
    return env.session.scalar(select(func.count()).select_from(notice).where(*where)) or 0


def read_all(env: Env) -> None:
    """Mark all notices of the user as read."""
    notice = env[Notice]
    env.bulk_update(
        Notice, (notice.user_id == env.user.id) & notice.read_at.is_(None), {"read_at": env.now()}
    )
