from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from core.errors import Invalid, RuleBroken
from core.views import creating, saving
from tests.views.factories import Deal, a_customer, a_deal, a_line

if TYPE_CHECKING:
    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def test_a_record_is_made_with_its_lines_by_the_rules_of_its_form(env: Env) -> None:
    customer = a_customer(env)

    deal = creating.create(
        env,
        "sample_shop.deal",
        {"title": "Lobby", "customer": customer.id, "expected": Decimal(100)},
        {
            "lines": [
                {"customer": customer, "quantity": Decimal(3), "price": Decimal("10.5")},
                {"description": "Note"},
            ]
        },
    )

    assert deal.id is not None
    assert deal.customer is customer
    assert [(line.position, line.description, line.amount) for line in deal.lines] == [
        (1, "", Decimal("31.5")),
        (2, "Note", Decimal(0)),
    ]


def test_what_is_missing_is_said_beside_its_field(env: Env) -> None:
    with pytest.raises(Invalid) as refused:
        creating.create(env, "sample_shop.deal", {"expected": Decimal(1)})

    assert {name: str(text) for name, text in refused.value.fields.items()} == {
        "title": "Fill this in.",
        "customer": "Choose one.",
    }


def test_what_the_form_does_not_offer_is_refused(env: Env) -> None:
    deal = a_deal(env)

    for values in ({"stage": "won"}, {"id": 7}, {"nonsense": 1}):
        with pytest.raises(Invalid) as refused:
            saving.update(env, deal, values)
        assert set(refused.value.fields) == set(values)


def test_a_closed_deal_can_no_longer_be_changed_or_deleted(env: Env) -> None:
    deal = a_deal(env, stage="won")

    with pytest.raises(saving.NotEditable):
        saving.update(env, deal, {"title": "Other"})
    with pytest.raises(RuleBroken, match="cannot be deleted"):
        saving.delete(env, deal)


def test_a_check_of_the_database_becomes_a_sentence_beside_its_field(env: Env) -> None:
    deal = a_deal(env, expected=Decimal(5))

    with pytest.raises(Invalid) as refused:
        saving.update(env, deal, {"expected": Decimal(-1)})

    assert {name: str(text) for name, text in refused.value.fields.items()} == {
        "expected": "This value is not allowed here."
    }
    assert deal.expected == 5


def test_a_record_in_use_is_not_deleted_and_says_by_what(env: Env) -> None:
    deal = a_deal(env)

    with pytest.raises(RuleBroken, match="Brasserie Kervran is still used by Deals"):
        saving.delete(env, deal.customer)


def test_a_verb_runs_once_and_then_is_not_possible_any_more(env: Env) -> None:
    deal = a_deal(env)

    saving.act(env, deal, "win", {})

    assert deal.stage == "won"
    with pytest.raises(saving.NotNow):
        saving.act(env, deal, "win", {})


def test_a_verb_asks_for_what_it_needs(env: Env) -> None:
    deal = a_deal(env)

    with pytest.raises(Invalid) as refused:
        saving.act(env, deal, "lose", {})
    saving.act(env, deal, "lose", {"reason": "Too dear"})

    assert set(refused.value.fields) == {"reason"}
    assert (deal.stage, deal.notes) == ("lost", "Too dear")


def test_writable_fields_are_those_of_the_form(env: Env) -> None:
    found = {meta.path for meta in saving.writable(env, "sample_shop.deal")}

    assert found == {
        "title",
        "customer",
        "tags",
        "notes",
        "expected",
        "currency",
        "probability",
        "close_date",
        "called_at",
        "urgent",
        "margin",
        "lines",
    }


def test_deleting_a_deal_takes_its_lines_along(env: Env) -> None:
    deal = a_deal(env)
    a_line(env, deal)

    saving.delete(env, deal)

    assert env.session.get(env[Deal], deal.id) is None
