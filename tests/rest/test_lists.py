from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rest.test_api import DEALS, a_customer, a_deal

if TYPE_CHECKING:
    from tests.rest.conftest import Api

pytestmark = pytest.mark.addons("sample_rights")


def test_pages_follow_each_other_without_gap_or_repetition(api: Api) -> None:
    customer = a_customer(api)
    for n in range(7):
        a_deal(api, customer_id=customer, title=f"Deal {n}", probability=n % 3)

    for sort in ("id", "-id", "probability", "-probability", "close_date", "-title"):
        seen: list[int] = []
        after = ""
        while True:
            page = api("GET", DEALS, query={"limit": "3", "sort": sort} | ({"after": after} if after else {}))
            seen += [item["id"] for item in page.json["items"]]
            after = page.json["next"]
            if not after:
                break
        assert len(seen) == 7, sort
        assert len(set(seen)) == 7, sort


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"title": "Alpha"}, {"Alpha"}),
        ({"title__contains": "ET"}, {"Beta"}),
        ({"probability__gte": "50"}, {"Beta", "Gamma"}),
        ({"probability__in": "10,80"}, {"Alpha", "Gamma"}),
        ({"close_date__null": "true"}, {"Alpha", "Gamma"}),
        ({"close_date__lt": "2027-01-01"}, {"Beta"}),
        ({"stage__ne": "new"}, set()),
        ({"urgent": "true"}, {"Gamma"}),
        ({"q": "gam"}, {"Gamma"}),
        ({"expected__gt": "10.5"}, {"Beta"}),
    ],
)
def test_lists_are_filtered(api: Api, query: dict[str, str], titles: set[str]) -> None:
    customer = a_customer(api)
    a_deal(api, customer_id=customer, title="Alpha", probability=10)
    a_deal(api, customer_id=customer, title="Beta", probability=50, close_date="2026-12-02", expected=11)
    a_deal(api, customer_id=customer, title="Gamma", probability=80, urgent=True)

    found = api("GET", DEALS, query=query)

    assert found.status == 200, found.json
    assert {item["title"] for item in found.json["items"]} == titles


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"nonsense": "1"}, "nonsense"),
        ({"title__like": "1"}, "title__like"),
        ({"probability": "many"}, "probability"),
        ({"probability__contains": "1"}, "probability__contains"),
        ({"close_date": "soon"}, "close_date"),
        ({"urgent__gt": "true"}, "urgent__gt"),
        ({"expected": "1e400"}, "expected"),
        ({"expected": "sNaN"}, "expected"),
        ({"close_date__null": "perhaps"}, "close_date__null"),
        ({"title": "\0"}, "title"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"after": "!!"}, "after"),
        ({"after": "WzEsMl0"}, "after"),
        ({"sort": "weighted"}, "sort"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"updated_since": "2026-12-02T10:00:00"}, "updated_since"),
        ({"q": "\0"}, "q"),
    ],
)
def test_a_wrong_question_is_refused_by_name(api: Api, query: dict[str, str], field: str) -> None:
    reply = api("GET", DEALS, query=query)

    assert (reply.status, {one["field"] for one in reply.json["errors"]}) == (422, {field})


def test_only_what_changed_since_is_listed(api: Api) -> None:
    first, second = a_deal(api), a_deal(api, title="Second")
    api("PATCH", f"{DEALS}/{first['id']}", {"title": "Changed"})

    later = api("GET", DEALS, query={"updated_since": second["updated_at"]})

    assert [item["title"] for item in later.json["items"]] == ["Changed"]
