"""What was deleted since, for a program that keeps a copy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from core.builtin.models import Company
from core.platform import in_company
from core.security.trail import trail_of
from tests.rest.test_api import DEALS, a_customer, a_deal

if TYPE_CHECKING:
    from tests.rest.conftest import Api

pytestmark = pytest.mark.addons("sample_rights")
GONE = f"{DEALS}/deleted"


def deal_of(api: Api, customer: int, **values: Any) -> int:
    return int(a_deal(api, customer_id=customer, **values)["id"])


def now() -> str:
    return datetime.now(UTC).isoformat()


def test_a_copy_that_follows_both_lists_ends_equal(api: Api) -> None:
    customer = a_customer(api)
    first = [deal_of(api, customer, title=f"Deal {n}") for n in range(5)]
    copy = {item["id"] for item in api("GET", DEALS).json["items"]}
    since = now()
    api("DELETE", f"{DEALS}/{first[1]}")
    api("DELETE", f"{DEALS}/{first[3]}")
    new = deal_of(api, customer, title="New")

    changed = api("GET", DEALS, query={"updated_since": since})
    path, _mark, query = changed.json["deleted"].partition("?")
    gone = api("GET", path, query=dict(parse_qsl(query)))

    copy |= {item["id"] for item in changed.json["items"]}
    copy -= {item["id"] for item in gone.json["items"]}
    assert copy == {first[0], first[2], first[4], new}
    assert {item["model"] for item in gone.json["items"]} == {"sample_shop.deal"}
    assert all(item["deleted_at"] > since[:19] for item in gone.json["items"])
    assert "deleted" not in api("GET", DEALS).json


def test_pages_follow_each_other_and_since_leaves_older_ones_out(api: Api) -> None:
    customer = a_customer(api)
    deals = [deal_of(api, customer, title=f"Deal {n}") for n in range(5)]
    before = now()
    for deal in deals[:3]:
        api("DELETE", f"{DEALS}/{deal}")
    between = now()
    for deal in deals[3:]:
        api("DELETE", f"{DEALS}/{deal}")

    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        page = api(
            "GET", GONE, query={"limit": "2", "updated_since": before} | ({"after": after} if after else {})
        )
        seen += [item["id"] for item in page.json["items"]]
        after = page.json["next"]

    assert seen == deals
    late = api("GET", GONE, query={"updated_since": between}).json["items"]
    assert [item["id"] for item in late] == deals[3:]
    assert api("GET", GONE, query={"updated_since": now()}).json == {"items": [], "next": None}


def test_only_what_the_caller_could_see_is_told(api: Api, seller: Api) -> None:
    """A seller sees no deal that is nearly won, and learns of none that is gone."""
    customer, since = a_customer(api), now()
    seen = deal_of(api, customer, title="Seen", probability=10)
    hidden = deal_of(api, customer, title="Hidden", probability=95)
    for deal in (seen, hidden):
        assert api("DELETE", f"{DEALS}/{deal}").status == 204
    query = {"updated_since": since}

    told = seller("GET", GONE, query=query).json["items"]

    assert [item["id"] for item in told] == [seen]
    assert [item["id"] for item in api("GET", GONE, query=query).json["items"]] == [seen, hidden]
    assert seller("GET", "sample_shop.tag/deleted").status == 403
    assert set(told[0]) == {"model", "id", "deleted_at"}


def test_what_another_company_deleted_is_not_told(api: Api) -> None:
    since = now()
    with api.workspace.env() as env:
        there = in_company(env, env.add(Company, name="Second").id)
        trail_of(env.scope.connection).add(
            there, "delete", "sample_shop.deal", 4711, company_id=there.company_id
        )

    assert api("GET", GONE, query={"updated_since": since}).json["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"updated_since": "2026-01-01T00:00:00"}, "updated_since"),
        ({"after": "zzz"}, "after"),
        ({"limit": "0"}, "limit"),
        ({"title": "x"}, "title"),
    ],
)
def test_a_wrong_question_is_refused_by_name(api: Api, query: dict[str, str], field: str) -> None:
    reply = api("GET", GONE, query=query)

    assert (reply.status, {one["field"] for one in reply.json["errors"]}) == (422, {field})


def test_nothing_is_written_there(api: Api) -> None:
    assert api("POST", GONE, {}).status == 405
    assert api("DELETE", GONE).status == 405
