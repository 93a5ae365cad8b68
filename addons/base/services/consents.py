"""Note what people agree to and take back, and say what holds now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.base.models import (
    Consent,
    ConsentChannel,
    ConsentSource,
    ConsentStatus,
    ConsentWording,
    Party,
    PartyMerge,
)
from core.api import Invalid, RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from core.api import Env

MAX_EVIDENCE = 400


@dataclass(frozen=True, slots=True)
class State:
    """What holds now for a purpose and a channel, and the entry that says so."""

    purpose: str
    channel: ConsentChannel
    status: ConsentStatus
    entry: Consent


class NothingToWithdraw(RuleBroken):
    """Only what was given can be taken back."""

    def __init__(self, party: Party, purpose: str) -> None:
        super().__init__(
            _("{name} has not agreed to {purpose} on this channel.", name=party.name, purpose=purpose),
            hint=_("Nothing is sent without consent; there is nothing to take back."),
        )


def add_wording(env: Env, purpose: str, title: str, body: str) -> ConsentWording:
    """Write the words people agree to from now on: the first version, or the next one of the purpose."""
    word, text = " ".join(purpose.split()).casefold(), body.strip()
    wrong: dict[str, str] = {}
    if not word:
        wrong["purpose"] = _("Say in a word what the consent is for.")
    if not title.strip():
        wrong["title"] = _("Give the wording a title.")
    if not text:
        wrong["body"] = _("Write the sentence people agree to.")
    if wrong:
        raise Invalid(fields=wrong)
    model = env[ConsentWording]
    last = env.session.scalar(select(func.max(model.version)).where(model.purpose == word)) or 0
    return env.add(ConsentWording, purpose=word, version=last + 1, title=title.strip(), body=text)


def wordings(env: Env) -> Sequence[ConsentWording]:
    """The words in force: the last version of every purpose."""
    model = env[ConsentWording]
    newest = (
        select(model.purpose, func.max(model.version).label("version")).group_by(model.purpose).subquery()
    )
    return env.session.scalars(
        select(model)
        .join(newest, (model.purpose == newest.c.purpose) & (model.version == newest.c.version))
        .order_by(model.purpose)
    ).all()


def note(
    env: Env,
    party: Party,
    wording: ConsentWording,
    channel: ConsentChannel,
    status: ConsentStatus,
    source: ConsentSource,
    *,
    evidence: str = "",
    at: datetime | None = None,
) -> Consent:
    """Add to the log what a person agreed to or took back. Nothing in the log is ever changed."""
    given = evidence.strip()
    if len(given) > MAX_EVIDENCE:
        raise Invalid(fields={"evidence": _("Use at most {count} characters.", count=MAX_EVIDENCE)})
    if status == ConsentStatus.WITHDRAWN and not _given(env, party, wording.purpose, channel):
        raise NothingToWithdraw(party, wording.purpose)
    return env.add(
        Consent,
        party_id=party.id,
        purpose=wording.purpose,
        channel=channel,
        status=status,
        wording_id=wording.id,
        source=source,
        evidence=given or None,
        by_id=env.user.id or None,
        at=at or env.now(),
    )


def _given(env: Env, party: Party, purpose: str, channel: ConsentChannel) -> bool:
    return any(
        state.purpose == purpose and state.channel == channel and state.status == ConsentStatus.GIVEN
        for state in states(env, party)
    )


def history(env: Env, party: Party) -> Sequence[Consent]:
    """Every entry about a person, also under the contacts merged into this one; newest first."""
    model = env[Consent]
    ids = one_person(env, party.id)
    return env.session.scalars(
        select(model).where(model.party_id.in_(ids)).order_by(model.at.desc(), model.id.desc())
    ).all()


def states(env: Env, party: Party) -> list[State]:
    """What holds now. Of what was noted before a merge, the most restrictive; afterwards, the last entry."""
    entries = history(env, party)
    merged_at = _last_merge(env, {entry.party_id for entry in entries} | {party.id})
    by_topic: dict[tuple[str, ConsentChannel], list[Consent]] = {}
    for entry in entries:
        by_topic.setdefault((entry.purpose, entry.channel), []).append(entry)
    found = []
    for (purpose, channel), log in sorted(by_topic.items()):
        entry = _decisive(log, merged_at)
        found.append(State(purpose, channel, entry.status, entry))
    return found


def allows(env: Env, party: Party, purpose: str, channel: ConsentChannel) -> bool:
    """Whether the person may be contacted for a purpose on a channel: the last word counts, also one about
    any channel."""
    last: State | None = None
    for state in states(env, party):
        if state.purpose == purpose and state.channel in (channel, ConsentChannel.ANY):
            newer = last is None or (state.entry.at, state.entry.id) > (last.entry.at, last.entry.id)
            last = state if newer else last
    return last is not None and last.status == ConsentStatus.GIVEN


def one_person(env: Env, party_id: int) -> list[int]:
    """The contact and all that were merged into it, one after the other."""
    model = env[Party]
    found, waiting = [party_id], [party_id]
    while waiting:
        ids = env.session.scalars(
            select(model.id).where(model.merged_into_id.in_(waiting), model.id.not_in(found))
        ).all()
        waiting = list(ids)
        found += waiting
    return found


def _decisive(log: Sequence[Consent], merged_at: datetime | None) -> Consent:
    """``log`` is newest first and about one purpose and channel."""
    newest = log[0]
    if merged_at is None or newest.at > merged_at:
        return newest
    last_words: dict[int, Consent] = {}
    for entry in log:
        last_words.setdefault(entry.party_id, entry)
    for entry in last_words.values():
        if entry.status == ConsentStatus.WITHDRAWN:
            return entry
    return newest


def _last_merge(env: Env, party_ids: Iterable[int]) -> datetime | None:
    model = env[PartyMerge]
    where = (model.kept_id.in_(list(party_ids)), model.undone_at.is_(None))
    return env.session.scalar(select(func.max(model.merged_at)).where(*where))
