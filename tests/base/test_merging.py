from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import Address, Affiliation, ContactPoint, Message, Party
from addons.base.services import activities, merging, parties, timeline
from tests.base.factories import a_party, a_person, a_user

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("base")


def test_everything_that_pointed_to_the_loser_points_to_the_winner(env: Env) -> None:
    kept, merged = a_party(env, name="Castellane"), a_party(env, name="Groupe Castellane")
    user = a_user(env)
    address = env.add(Address, party_id=merged.id, city="Marseille")
    anna = a_person(env, parent_id=merged.id)
    parties.join(env, anna, merged, "Buyer")
    note = timeline.note(env, merged, "Prefers e-mail")
    call = activities.plan(env, merged, "Call back", env.today(), assignee_id=user.id)
    parties.tag(env, merged, "Hotels")

    merging.merge(env, kept, merged)
    env.session.expire_all()

    assert (address.party_id, anna.parent_id) == (kept.id, kept.id)
    assert (note.party_id, note.record_id) == (kept.id, kept.id)
    assert (call.party_id, call.record_id) == (kept.id, kept.id)
    assert env.session.scalars(select(env[Affiliation].organisation_id)).all() == [kept.id]
    assert [tag.name for tag in env.get(Party, kept.id).tags] == ["Hotels"]
    assert (merged.active, merged.merged_into_id) == (False, kept.id)


def test_the_winner_takes_over_what_it_lacks_and_keeps_what_it_has(env: Env) -> None:
    kept = a_party(env, name="Castellane", email="a@castellane.example")
    merged = a_party(
        env, name="Groupe Castellane", email="b@castellane.example", phone="+33142685300", is_supplier=True
    )

    merging.merge(env, kept, merged)

    assert (kept.name, kept.email, kept.phone) == ("Castellane", "a@castellane.example", "+33142685300")
    assert kept.is_supplier
    assert [point.value for point in kept.contact_points] == ["b@castellane.example"]


def test_what_both_have_is_not_doubled(env: Env) -> None:
    kept, merged = a_party(env, name="Castellane"), a_party(env, name="Groupe Castellane")
    for party in (kept, merged):
        parties.tag(env, party, "Hotels")
        env.add(ContactPoint, party_id=party.id, value="compta@castellane.example")

    merging.merge(env, kept, merged)
    env.session.expire_all()

    assert [tag.name for tag in kept.tags] == ["Hotels"]
    assert [point.value for point in kept.contact_points] == ["compta@castellane.example"]


def test_a_merge_is_undone_to_the_last_reference(env: Env) -> None:
    kept = a_party(env, name="Castellane")
    merged = a_party(env, name="Groupe Castellane", email="b@castellane.example")
    address = env.add(Address, party_id=merged.id, city="Marseille")
    own = env.add(Address, party_id=kept.id, city="Paris")
    record = merging.merge(env, kept, merged)

    merging.undo(env, record)
    env.session.expire_all()

    assert (address.party_id, own.party_id) == (merged.id, kept.id)
    assert (kept.email, merged.email) == (None, "b@castellane.example")
    assert (merged.active, merged.merged_into_id) == (True, None)
    assert merging.of(env, kept) == []
    with pytest.raises(merging.CannotUndo, match="already undone"):
        merging.undo(env, record)


def test_what_changed_after_the_merge_is_not_undone(env: Env) -> None:
    kept = a_party(env, name="Castellane")
    merged = a_party(env, name="Groupe Castellane", email="b@castellane.example")
    record = merging.merge(env, kept, merged)
    kept.email = "new@castellane.example"
    env.session.flush()

    merging.undo(env, record)

    assert kept.email == "new@castellane.example"


def test_after_thirty_days_a_merge_stays(env: Env) -> None:
    record = merging.merge(env, a_party(env, name="Castellane"), a_party(env, name="Groupe Castellane"))
    record.merged_at = env.now() - timedelta(days=31)
    env.session.flush()

    with pytest.raises(merging.CannotUndo, match="for 30 days"):
        merging.undo(env, record)


def test_an_organisation_and_a_person_are_never_the_same(env: Env) -> None:
    with pytest.raises(merging.CannotMerge, match="not of the same kind"):
        merging.merge(env, a_party(env), a_person(env))


def test_a_party_does_not_become_its_own_organisation(env: Env) -> None:
    kept = a_party(env, name="Castellane")
    merged = a_party(env, name="Castellane Marseille", parent_id=kept.id)
    subsidiary = a_party(env, name="Castellane Nice", parent_id=merged.id)

    merging.merge(env, kept, merged)
    env.session.expire_all()

    assert (kept.parent_id, subsidiary.parent_id) == (None, kept.id)


def test_the_timeline_tells_of_the_merge(env: Env) -> None:
    kept = a_party(env, name="Castellane")

    merging.merge(env, kept, a_party(env, name="Groupe Castellane"))

    message = env[Message]
    assert env.session.scalars(select(message.body).where(message.record_id == kept.id)).all() == [
        "Groupe Castellane was merged into this contact."
    ]


def test_every_reference_of_the_composed_registry_is_followed(env: Env) -> None:
    followed = {f"{model.model_name}.{column}" for model, column in merging.references(env)}

    assert followed == {
        "base.party.parent_id",
        "base.party_tag.party_id",
        "base.external_id.party_id",
        "base.address.party_id",
        "base.contact_point.party_id",
        "base.affiliation.person_id",
        "base.affiliation.organisation_id",
        "base.message.party_id",
        "base.activity.party_id",
        "base.file.party_id",
        "core.company.party_id",
    }
