from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from addons.base.models import Activity, AnonymisedParty, Party, RetentionRun, RunState
from addons.base.services import retention, timeline
from core.api import Invalid, NotAllowed, NotFound
from core.platform import at
from tests.base.factories import a_party, a_person, a_user, as_person
from tests.crm_sales.factories import an_opportunity

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales")


def long_ago(env: Env, *people: Party, days: int = 2000) -> None:
    """As if nobody had touched them since."""
    party, then = env[Party], env.now() - timedelta(days=days)
    ids = [person.id for person in people]
    env.bulk_update(Party, party.id.in_(ids), {"created_at": then, "updated_at": then})


def a_forgotten_deal(env: Env, person: Party) -> None:
    """An opportunity that nobody closed, and nobody touched for years."""
    deal = an_opportunity(env, title="Kitchen", party_id=person.id)
    then = {"updated_at": env.now() - timedelta(days=2000)}
    for name in ("crm_sales.opportunity", "base.message"):
        model = env.registry.model(name)
        env.bulk_update(model, model.party_id == deal.party_id, then)


def run_to_the_end(env: Env, run: RetentionRun) -> None:
    for _piece in range(20):
        retention.forget_old(env, run.id)
        if env.get(RetentionRun, run.id).state != RunState.RUNNING:
            return


def test_a_preview_counts_lists_and_changes_nothing(env: Env) -> None:
    quiet, talked_to, young = a_person(env), a_person(env, name="Marc Petit"), a_person(env, name="Zoé Blanc")
    organisation, open_deal = a_party(env), a_person(env, name="Paul Durand")
    a_forgotten_deal(env, open_deal)
    timeline.note(env, talked_to, "Called today.")
    long_ago(env, quiet, talked_to, organisation, open_deal)
    rule = retention.set_rule(env, "base.people", 36)

    preview = retention.preview(env, rule)

    assert [(name, list(map(str, why))) for _id, name, why in preview.shown] == [
        ("Lucie Ferrand", []),
        ("Paul Durand", ["Opportunity Kitchen is open."]),
    ]
    assert (preview.total, preview.refused) == (2, 1)
    assert [env.get(Party, person.id).name for person in (quiet, young)] == ["Lucie Ferrand", "Zoé Blanc"]


def test_a_run_forgets_in_pieces_and_keeps_what_is_open(env: Env) -> None:
    people = [a_person(env, name=f"Person Number{number}") for number in range(25)]
    a_forgotten_deal(env, people[3])
    long_ago(env, *people)
    rule = retention.set_rule(env, "base.people", 12)
    run = retention.run(env, rule)
    assert (run.total, run.state) == (25, RunState.RUNNING)

    retention.forget_old(env, run.id)
    assert (run.done, run.percent) == (20, 80)
    run_to_the_end(env, run)

    assert (run.state, run.done, run.total) == (RunState.DONE, 25, 25)
    (refusal,) = run.refusals
    assert (refusal.record_id, retention.sentences_of(refusal)) == (
        people[3].id,
        ["Opportunity Kitchen is open."],
    )
    kept = [person.name for person in people if env.get(AnonymisedParty, person.id).anonymised_at is None]
    assert kept == ["Person Number3"]


def test_a_stopped_run_leaves_the_rest(env: Env) -> None:
    people = [a_person(env, name=f"Person Number{number}") for number in range(22)]
    long_ago(env, *people)
    run = retention.run(env, retention.set_rule(env, "base.people", 12))
    retention.forget_old(env, run.id)

    retention.stop(env, run)
    retention.forget_old(env, run.id)

    assert (run.state, run.done) == (RunState.STOPPED, 20)
    assert env.get(Party, people[21].id).name == "Person Number21"


def test_one_run_of_a_rule_at_a_time(env: Env) -> None:
    long_ago(env, a_person(env))
    rule = retention.set_rule(env, "base.people", 12)
    retention.run(env, rule)

    with pytest.raises(retention.AlreadyRunning, match="is being forgotten already"):
        retention.run(env, rule)


def test_done_activities_are_deleted_and_open_ones_stay(env: Env) -> None:
    hotel, user = a_party(env), a_user(env)
    then = env.now() - timedelta(days=800)
    values = {
        "model": "base.party",
        "record_id": hotel.id,
        "due_on": date(2024, 1, 1),
        "assignee_id": user.id,
    }
    old = env.add(Activity, summary="Old", done_at=then, **values)
    new = env.add(Activity, summary="New", done_at=env.now(), **values)
    waiting = env.add(Activity, summary="Waiting", **values)

    run_to_the_end(env, retention.run(env, retention.set_rule(env, "base.activities", 24)))

    activity = env[Activity]
    left = env.session.query(activity.id).filter(activity.id.in_([old.id, new.id, waiting.id])).all()
    assert {row.id for row in left} == {new.id, waiting.id}


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2026, 11, 24), 36, date(2023, 11, 24)),
    ],
)
def test_months_are_counted_by_the_calendar(env: Env, today: date, months: int, day: date) -> None:
    then = at(env, datetime(today.year, today.month, today.day, 12, tzinfo=env.tz))

    assert retention.cutoff(then, months) == day


def test_a_rule_needs_a_sensible_time_and_a_known_kind(env: Env) -> None:
    with pytest.raises(Invalid, match="from 1 to 600"):
        retention.set_rule(env, "base.people", 0)
    with pytest.raises(NotFound, match="Nothing of this kind"):
        retention.set_rule(env, "acme.things", 12)
    with pytest.raises(NotAllowed, match="may not decide what is forgotten"):
        retention.set_rule(as_person(env), "base.people", 12)
