"""Rare and common words find the same rows, however large the table is believed to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.views import matching
from core.views.access import views_for
from core.views.lists import list_screen
from core.views.matching import matching_ids
from core.views.suggest import nearest
from tests.views.factories import Customer, Deal, a_customer, a_deal

if TYPE_CHECKING:
    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")

WORDS = [
    "deal",
    "de",
    "rare",
    "deal rare",
    "dea 1",
    "1",
    "15",
    "deal 15",
    "red deal",
    "nothing",
    "deal nothing",
]


@pytest.fixture(params=["small", "common at ten rows", "common at one row", "nothing is common"])
def believed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How large the tables are taken for, and from how many of the newest rows on a word is common."""
    common = {"small": 80, "common at ten rows": 10, "common at one row": 1, "nothing is common": 10_000}
    monkeypatch.setattr(matching, "SAMPLE", 20)
    monkeypatch.setattr(matching, "COMMON", common[request.param])
    monkeypatch.setattr(matching, "_rows", lambda *_: 0.0 if request.param == "small" else 1e6)
    return str(request.param)


def some_deals(env: Env) -> None:
    customer = a_customer(env)
    for n in range(60):
        title = f"Deal {n}" + (" rare" if n == 5 else "") + (" red" if n % 2 else "")
        a_deal(env, title=title, customer=customer, urgent=n % 3 == 0)


def expected(words: str, deals: list[Any]) -> set[int]:
    return {
        deal.id
        for deal in deals
        if all(any(token.startswith(word) for token in deal.title.lower().split()) for word in words.split())
    }


@pytest.mark.parametrize("words", WORDS)
def test_every_word_begins_a_token(env: Env, believed: str, words: str) -> None:
    some_deals(env)
    deals = env.session.query(env[Deal]).all()
    wanted = expected(words, deals)

    assert set(matching_ids(env, env[Deal], words, [], 1_000)) == wanted
    some = matching_ids(env, env[Deal], words, [], 7)
    assert len(some) == min(7, len(wanted))
    assert set(some) <= wanted
    urgent = {deal.id for deal in deals if deal.urgent}
    assert set(matching_ids(env, env[Deal], words, [env[Deal].urgent], 1_000)) == wanted & urgent


def test_only_what_the_person_may_see_is_found(clerk: Env, believed: str) -> None:
    with clerk.system("test data") as system:
        some_deals(system)
        a_customer(system, name="Secret customer")
        deals = system.session.query(system[Deal]).all()

    found = matching_ids(clerk, clerk[Deal], "deal", [], 1_000)

    assert set(found) == {deal.id for deal in deals if not deal.urgent}
    assert nearest(clerk, clerk[Customer], "secret", 5) == []
    shown = list_screen(clerk, views_for(clerk, "sample_shop.deal"), {"q": ["rare"]})
    assert [row.record.title for row in shown.page.rows] == ["Deal 5 rare red"]


def test_a_table_is_measured_by_what_the_database_counted(env: Env) -> None:
    assert matching._rows(env, env[Deal]) < matching.SMALL
