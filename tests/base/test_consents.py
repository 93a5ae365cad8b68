from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from addons.base.models import ConsentChannel, ConsentSource, ConsentStatus, ConsentWording, Party
from addons.base.services import consents, merging
from core.api import Invalid, RuleBroken
from core.views import creating, saving
from tests.base.factories import a_person, as_person

if TYPE_CHECKING:
    from addons.base.models import Consent
    from core.api import Env

pytestmark = pytest.mark.addons("base")

EMAIL, PHONE, ANY = ConsentChannel.EMAIL, ConsentChannel.PHONE, ConsentChannel.ANY
GIVEN, WITHDRAWN = ConsentStatus.GIVEN, ConsentStatus.WITHDRAWN


def the_wording(env: Env) -> ConsentWording:
    return consents.add_wording(env, "Newsletter", "Newsletter", "I would like to read your news.")


def noted(
    env: Env, person: Party, wording: ConsentWording, status: ConsentStatus, days_ago: int = 0
) -> Consent:
    at = env.now() - timedelta(days=days_ago)
    return consents.note(env, person, wording, EMAIL, status, ConsentSource.FORM, at=at)


def test_the_last_entry_says_what_holds(env: Env) -> None:
    person, wording = a_person(env), the_wording(env)

    noted(env, person, wording, GIVEN, days_ago=3)
    noted(env, person, wording, WITHDRAWN, days_ago=2)
    noted(env, person, wording, GIVEN, days_ago=1)

    assert [entry.status for entry in consents.history(env, person)] == [GIVEN, WITHDRAWN, GIVEN]
    assert [(s.purpose, s.channel, s.status) for s in consents.states(env, person)] == [
        ("newsletter", EMAIL, GIVEN)
    ]
    assert consents.allows(env, person, "newsletter", EMAIL)
    assert not consents.allows(env, person, "newsletter", PHONE)
    assert not consents.allows(env, person, "surveys", EMAIL)


def test_taking_everything_back_also_ends_one_channel(env: Env) -> None:
    person, wording = a_person(env), the_wording(env)
    noted(env, person, wording, GIVEN, days_ago=2)
    consents.note(env, person, wording, ANY, GIVEN, ConsentSource.CALL, at=env.now() - timedelta(days=1))

    consents.note(env, person, wording, ANY, WITHDRAWN, ConsentSource.CALL)

    assert not consents.allows(env, person, "newsletter", EMAIL)


def test_what_was_never_given_cannot_be_taken_back(env: Env) -> None:
    person, wording = a_person(env), the_wording(env)

    with pytest.raises(consents.NothingToWithdraw, match="Lucie Ferrand has not agreed to newsletter"):
        noted(env, person, wording, WITHDRAWN)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE base_consent SET status = 'withdrawn'",
        "UPDATE base_consent SET evidence = NULL",
        "DELETE FROM base_consent",
        "UPDATE base_consent_wording SET body = 'Something else'",
        "DELETE FROM base_consent_wording",
    ],
)
def test_the_database_refuses_to_change_the_log(env: Env, statement: str) -> None:
    noted(env, a_person(env), the_wording(env), GIVEN)

    with pytest.raises(DBAPIError, match=r"only added to|were shown to people"):
        env.scope.connection.execute(text(statement))


def test_other_words_are_another_version(env: Env) -> None:
    first = the_wording(env)

    second = consents.add_wording(env, "newsletter", "Newsletter", "Please write to me about news.")

    assert (first.version, second.version) == (1, 2)
    assert list(consents.wordings(env)) == [second]
    with pytest.raises(Invalid, match="Write the sentence people agree to"):
        consents.add_wording(env, "newsletter", "Newsletter", " ")


def test_a_merge_keeps_the_most_restrictive_until_the_person_speaks_again(env: Env) -> None:
    kept, merged, wording = a_person(env), a_person(env, email="lucie@tilleuls.example"), the_wording(env)
    noted(env, merged, wording, GIVEN, days_ago=9)
    noted(env, merged, wording, WITHDRAWN, days_ago=8)
    noted(env, kept, wording, GIVEN, days_ago=1)

    merge = merging.merge(env, kept, merged)

    assert not consents.allows(env, kept, "newsletter", EMAIL)
    merge.merged_at -= timedelta(hours=1)
    noted(env, kept, wording, GIVEN)
    assert consents.allows(env, kept, "newsletter", EMAIL)


def test_who_sells_may_note_a_consent_and_is_named(env: Env) -> None:
    person, wording = a_person(env), the_wording(env)
    seller = as_person(env, "base.contacts")

    entry = noted(seller, person, wording, GIVEN)

    assert entry.by_id == seller.user.id


def test_a_program_notes_a_consent_by_the_rules_of_the_log(env: Env) -> None:
    person, wording = a_person(env), the_wording(env)
    seller = as_person(env, "base.contacts")
    values = {
        "party": seller.get(Party, person.id),
        "wording": seller.get(ConsentWording, wording.id),
        "channel": EMAIL,
        "source": ConsentSource.API,
    }

    with pytest.raises(consents.NothingToWithdraw):
        creating.create(seller, "base.consent", values | {"status": WITHDRAWN})
    entry = creating.create(seller, "base.consent", values | {"status": GIVEN})

    assert (entry.purpose, entry.by_id) == ("newsletter", seller.user.id)
    with pytest.raises(RuleBroken):
        saving.update(seller, entry, {"status": WITHDRAWN})
    with pytest.raises(RuleBroken):
        saving.delete(seller, entry)
