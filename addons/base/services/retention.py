"""Forget what nobody has needed for a long time: first counted and listed, then done piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select

from addons.base.models import (
    Activity,
    AnonymisedParty,
    Party,
    PartyKind,
    PartyMerge,
    PartyTag,
    RetentionRefusal,
    RetentionRule,
    RetentionRun,
    RunState,
)
from addons.base.services import anonymising
from addons.base.services.merging import references
from addons.base.services.sentences import from_json, to_json
from core.api import Invalid, NotAllowed, NotFound, RuleBroken, _, job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Select

    from core.api import Env

PIECE = 20
"""Forgotten in one transaction."""
SHOWN = 100
MAX_MONTHS = 600


@dataclass(frozen=True, slots=True)
class RetentionSubject:
    """A kind of record that can be forgotten.

    ``inactive(env, before)`` selects the ids of those without activity since a day. ``refusals(env, ids)``
    says why some cannot be forgotten yet: id -> sentences. ``forget(env, ids)`` forgets the others.
    ``names(env, ids)`` is how the list calls them. All get an Env of the platform's own, over all companies.
    """

    name: str
    label: str
    explain: str
    inactive: Callable[[Env, date], Select[int]]
    forget: Callable[[Env, Sequence[int]], None]
    names: Callable[[Env, Sequence[int]], Mapping[int, str]]
    refusals: Callable[[Env, Sequence[int]], Mapping[int, Sequence[str]]] | None = None
    url: str = ""
    """Where one of them is seen, with {id} in it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would do today."""

    subject: RetentionSubject
    before: date
    total: int
    shown: tuple[tuple[int, str, tuple[str, ...]], ...]
    """The first ones: id, name, and the sentences that forbid it, if any."""

    @property
    def refused(self) -> int:
        """How many of those shown stay."""
        return sum(1 for _id, _name, sentences in self.shown if sentences)


class AlreadyRunning(RuleBroken):
    """One run of a rule at a time."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _('"{subject}" is being forgotten already.', subject=label),
            hint=_("Wait until it is done, or stop it."),
        )


def subjects(env: Env) -> dict[str, RetentionSubject]:
    """Everything that the enabled apps offer to forget, by name."""
    return {subject.name: subject for offered in env.hooks.retention_subjects(env=env) for subject in offered}


def subject_of(env: Env, name: str) -> RetentionSubject:
    """A subject by name, or NotFound: its app may be disabled."""
    found = subjects(env).get(name)
    if found is None:
        raise NotFound(_("Nothing of this kind can be forgotten here."), hint=_("Choose one of the list."))
    return found


def set_rule(env: Env, name: str, months: int) -> RetentionRule:
    """Say after how many months without activity a subject is forgotten; nothing happens yet."""
    _may(env)
    subject_of(env, name)
    if not 1 <= months <= MAX_MONTHS:
        raise Invalid(fields={"months": _("Write a number of months from 1 to {most}.", most=MAX_MONTHS)})
    model = env[RetentionRule]
    rule = env.session.scalars(select(model).where(model.subject == name)).one_or_none()
    if rule is None:
        return env.add(RetentionRule, subject=name, months=months)
    rule.months = months
    env.session.flush()
    return rule


def drop_rule(env: Env, rule: RetentionRule) -> None:
    """Keep everything of this kind again."""
    _may(env)
    env.session.delete(rule)
    env.session.flush()


def cutoff(env: Env, months: int) -> date:
    """The day before which nothing may have happened."""
    today = env.today()
    count = today.year * 12 + today.month - 1 - months
    year, month = divmod(count, 12)
    days = (date(year + month // 11, (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(today.day, days))


def preview(env: Env, rule: RetentionRule) -> Preview:
    """Count and list what the rule would forget today; changes nothing."""
    _may(env)
    subject = subject_of(env, rule.subject)
    before = cutoff(env, rule.months)
    with env.system("preview a retention rule") as system:
        inactive = subject.inactive(system, before)
        total = system.session.scalar(select(func.count()).select_from(inactive.subquery())) or 0
        ids = _first(system, inactive, 0, SHOWN)
        names = subject.names(system, ids)
        why = subject.refusals(system, ids) if subject.refusals else {}
        shown = tuple((one, names.get(one, f"#{one}"), tuple(why.get(one, ()))) for one in ids)
    return Preview(subject, before, total, shown)


def run(env: Env, rule: RetentionRule) -> RetentionRun:
    """Begin to forget what the preview showed; the work goes on in the background."""
    _may(env)
    subject = subject_of(env, rule.subject)
    model = env[RetentionRun]
    running = select(model.id).where(model.subject == rule.subject, model.state == RunState.RUNNING)
    if env.session.scalar(running.limit(1)):
        raise AlreadyRunning(subject.label)
    begun = env.add(
        RetentionRun,
        subject=rule.subject,
        before=cutoff(env, rule.months),
        total=preview(env, rule).total,
        by_id=env.user.id or None,
        started_at=env.now(),
    )
    env.defer(forget_old, run_id=begun.id)
    return begun


def stop(env: Env, running: RetentionRun) -> None:
    """Leave the rest; what is forgotten stays forgotten."""
    _may(env)
    if running.state == RunState.RUNNING:
        running.state, running.finished_at = RunState.STOPPED, env.now()
        env.session.flush()


@job(title=_("Forget what a retention rule names"), retries=3)
def forget_old(env: Env, run_id: int) -> None:
    """One piece of a run; the next one is deferred in the same transaction."""
    running = env.get(RetentionRun, run_id, lock=True)
    if running.state != RunState.RUNNING:
        return
    with env.system("apply a retention rule") as system:
        subject = subject_of(system, running.subject)
        ids = _first(system, subject.inactive(system, running.before), running.last_id, PIECE)
        why = dict(subject.refusals(system, ids)) if ids and subject.refusals else {}
        if free := [one for one in ids if not why.get(one)]:
            subject.forget(system, free)
    running = env.get(RetentionRun, run_id, lock=True)
    if not ids:
        running.state, running.finished_at, running.total = RunState.DONE, env.now(), running.done
        env.session.flush()
        return
    for one, sentences in why.items():
        if sentences:
            reasons = [to_json(sentence) or {"plain": str(sentence)} for sentence in sentences]
            env.session.add(env[RetentionRefusal](run_id=running.id, record_id=one, reasons=reasons))
    running.done += len(ids)
    running.total = max(running.total, running.done)
    running.last_id = ids[-1]
    env.session.flush()
    env.defer(forget_old, run_id=run_id)


def sentences_of(refusal: RetentionRefusal) -> list[str]:
    """Why it was kept, in the reader's language."""
    return [reason["plain"] if "plain" in reason else str(from_json(reason)) for reason in refusal.reasons]


def _may(env: Env) -> None:
    if not (env.access.everything or anonymising.ROLE in env.access.roles):
        raise NotAllowed(
            _("You may not decide what is forgotten."), hint=_("Ask whoever looks after personal data here.")
        )


def _first(env: Env, inactive: Select[int], after: int, most: int) -> list[int]:
    ids = inactive.subquery()
    column: Any = ids.c[0]
    statement = select(column).where(column > after).order_by(column).limit(most)
    return list(env.session.scalars(statement))


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


PASSIVE = {PartyMerge.model_name, PartyTag.model_name, "base.affiliation", "base.address"}
"""What refers to a person and is no sign of life by itself."""


def inactive_people(env: Env, before: date) -> Select[int]:
    """People about whom nothing was written and to whom nothing was sent since: no document, no activity."""
    model, since = env[AnonymisedParty], _instant(before)
    quiet = [
        ~exists().where(getattr(other, column) == model.id, other.updated_at >= since)
        for other, column in references(env)
        if other.model_name not in PASSIVE and other.model_name != Party.model_name
    ]
    return select(model.id).where(
        model.kind == PartyKind.PERSON,
        model.anonymised_at.is_(None),
        model.merged_into_id.is_(None),
        model.created_at < since,
        model.updated_at < since,
        or_(model.last_contact_at.is_(None), model.last_contact_at < since),
        *quiet,
    )


def _refused_people(env: Env, ids: Sequence[int]) -> dict[int, Sequence[str]]:
    model = env[Party]
    people = env.session.scalars(select(model).where(model.id.in_(ids)))
    return {person.id: anonymising.forbidden_by(env, person) for person in people}


def _forget_people(env: Env, ids: Sequence[int]) -> None:
    anonymising.forget(env, [env.get(AnonymisedParty, person_id, lock=True) for person_id in ids])


def _names_of_people(env: Env, ids: Sequence[int]) -> dict[int, str]:
    model = env[Party]
    return {
        row[0]: row[1] for row in env.session.execute(select(model.id, model.name).where(model.id.in_(ids)))
    }


def _old_activities(env: Env, before: date) -> Select[int]:
    model = env[Activity]
    return select(model.id).where(model.done_at < _instant(before))


def _delete_activities(env: Env, ids: Sequence[int]) -> None:
    env.bulk_delete(Activity, env[Activity].id.in_(ids))


def _names_of_activities(env: Env, ids: Sequence[int]) -> dict[int, str]:
    model = env[Activity]
    return {
        row[0]: row[1]
        for row in env.session.execute(select(model.id, model.summary).where(model.id.in_(ids)))
    }


def _old_mail(env: Env, before: date) -> Select[int]:
    model = env.registry.model("core.mail")
    return select(model.id).where(model.status == "sent", model.sent_at < _instant(before))


def _delete_mail(env: Env, ids: Sequence[int]) -> None:
    model = env.registry.model("core.mail")
    env.bulk_delete(model, model.id.in_(ids))


def _names_of_mail(env: Env, ids: Sequence[int]) -> dict[int, str]:
    model = env.registry.model("core.mail")
    return {
        row[0]: row[1]
        for row in env.session.execute(select(model.id, model.subject).where(model.id.in_(ids)))
    }


SUBJECTS = (
    RetentionSubject(
        "base.people",
        _("People"),
        _("Made anonymous. Organisations and documents stay."),
        inactive_people,
        _forget_people,
        _names_of_people,
        _refused_people,
        "/app/base/party/{id}",
    ),
    RetentionSubject(
        "base.activities",
        _("Activities that are done"),
        _("Deleted. What was written on the timeline stays."),
        _old_activities,
        _delete_activities,
        _names_of_activities,
    ),
    RetentionSubject(
        "base.mail",
        _("Copies of sent e-mail"),
        _("Deleted with their attachments. The timeline still says that something was sent."),
        _old_mail,
        _delete_mail,
        _names_of_mail,
    ),
)
