from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.rest.conftest import Api, a_token

if TYPE_CHECKING:
    from core.rest.dispatch import Dispatcher
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("sample_rights")
DEALS, CUSTOMERS = "sample_shop.deal", "sample_shop.customer"


def a_customer(api: Api, name: str = "Kervran", **values: Any) -> int:
    return int(api("POST", CUSTOMERS, {"name": name, **values}).json["id"])


def a_deal(api: Api, **values: Any) -> Any:
    body = {"title": "Lamps", "customer_id": values.pop("customer_id", None) or a_customer(api)} | values
    reply = api("POST", DEALS, body)
    assert reply.status == 201, reply.json
    return reply.json


def count(workspace: LiveWorkspace, model: str) -> int:
    with workspace.env() as env:
        return int(env.session.scalar(select(func.count()).select_from(env.registry.model(model))) or 0)


def test_what_is_created_is_read_back(api: Api) -> None:
    customer = a_customer(api)
    created = api(
        "POST",
        DEALS,
        {"title": "Lamps", "customer_id": customer, "expected": "1234.5", "close_date": "2026-12-02"},
    )

    read = api("GET", f"{DEALS}/{created.json['id']}")

    assert created.status == 201
    assert created.headers["location"] == f"/api/v1/{DEALS}/{created.json['id']}"
    assert read.status == 200
    assert read.json == created.json
    assert (read.json["expected"], read.json["close_date"], read.json["stage"]) == (
        "1234.5000",
        "2026-12-02",
        "new",
    )
    assert read.headers["etag"] == '"1"'


def test_a_document_is_created_with_its_lines(api: Api) -> None:
    deal = a_deal(
        api, lines=[{"description": "A", "quantity": "2", "price": 3}, {"description": "B", "price": "1.5"}]
    )

    lines = [(line["description"], line["amount"], line["position"]) for line in deal["lines"]]

    assert lines == [("A", "6.0000", 1), ("B", "1.5000", 2)]


UNSEEN = "There is no such record, or you may not see it."
READ_ONLY = "This is only read here: it follows from other fields, or an action changes it."


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"title": "Fill this in.", "customer_id": "Fill this in."}),
        ({"title": 7}, {"title": "Write a text of at most 200 characters."}),
        ({"title": "x" * 201}, {"title": "Write a text of at most 200 characters."}),
        ({"title": "x", "lineas": []}, {"lineas": "There is no such field. Did you mean “lines”?"}),
        ({"title": "x", "calledAt": 1}, {"calledAt": "There is no such field. Did you mean “called_at”?"}),
        ({"title": "x", "stage": "won"}, {"stage": READ_ONLY}),
        ({"title": "x", "id": 5}, {"id": READ_ONLY}),
        ({"title": "x", "customer_id": 999}, {"customer_id": UNSEEN}),
        (
            {"title": "x", "customer_id": 10**30},
            {"customer_id": "Write the id of a record: a whole number."},
        ),
        (
            {"title": "x\0", "customer_id": None},
            {
                "title": "Remove the characters that cannot be shown.",
                "customer_id": "This cannot be empty. Write the id of a record: a whole number.",
            },
        ),
        ({"title": "x", "expected": "many"}, {"expected": "Write a number, like 12.50."}),
        ({"title": "x", "expected": "NaN"}, {"expected": "Write a number."}),
        ({"title": "x", "expected": "1e30"}, {"expected": "Write a smaller number."}),
        ({"title": "x", "expected": "0.00001"}, {"expected": "Write at most 4 decimals."}),
        ({"title": "x", "close_date": "31/02/2026"}, {"close_date": "Write a date like 2026-12-02."}),
        (
            {"title": "x", "called_at": "2026-12-02T10:00:00"},
            {"called_at": "Write an instant with its time zone, like 2026-12-02T10:00:00Z."},
        ),
        ({"title": "x", "lines": [{"amount": "1"}]}, {"lines[0].amount": READ_ONLY}),
        ({"title": "x", "lines": {}}, {"lines": "Write a list: [ ]."}),
        ({"title": "x", "lines": [7]}, {"lines[0]": "Write an object: { }."}),
    ],
)
def test_a_wrong_body_is_refused_by_field_and_nothing_is_written(
    api: Api, workspace: LiveWorkspace, body: Any, errors: dict[str, str]
) -> None:
    customer = {} if "customer" in str(errors) else {"customer_id": a_customer(api)}

    reply = api("POST", DEALS, body | customer)

    assert reply.problem == (422, errors)
    assert count(workspace, DEALS) == 0


def test_a_refusal_points_into_the_body_or_names_the_parameter(api: Api) -> None:
    body = api("POST", DEALS, {"title": "x", "customer_id": a_customer(api), "lines": [{"price": "much"}]})
    address = api("GET", DEALS, query={"expected": "much"})

    assert body.json["errors"] == [
        {
            "field": "lines[0].price",
            "pointer": "#/lines/0/price",
            "detail": "Write a number, like 12.50.",
        }
    ]
    assert [set(one) for one in address.json["errors"]] == [{"field", "parameter", "detail"}]


def test_a_refusal_is_in_the_callers_language(api: Api) -> None:
    reply = api("POST", DEALS, {"customer": 1}, accept_language="fr")

    assert reply.problem == (
        422,
        {
            "title": "Remplissez ce champ.",
            "customer_id": "Remplissez ce champ.",
            "customer": "Ce champ n’existe pas. Vouliez-vous dire «\u00a0customer_id\u00a0»\u202f?",
        },
    )


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"x"', b"[" * 100_000, b"{", b'{"a": \xff}', b"NaN"])
def test_what_is_no_object_is_refused_with_the_way_out(api: Api, body: bytes) -> None:
    for path in (DEALS, f"{DEALS}/{a_deal(api)['id']}/actions/win"):
        reply = api("POST", path, body)

        assert reply.status in {400, 422}
        assert reply.json["hint"]


def test_what_is_not_json_is_refused(api: Api) -> None:
    assert api("POST", DEALS, b"{").problem == (400, "The body is not JSON.")
    assert api("POST", DEALS, b"\xff\xfe").status == 400
    assert api("POST", DEALS, b"a=1", content_type="application/x-www-form-urlencoded").problem == (
        415,
        "The body must be JSON.",
    )


def test_a_change_names_the_version_it_saw(api: Api) -> None:
    deal = a_deal(api)
    path = f"{DEALS}/{deal['id']}"

    first = api("PATCH", path, {"title": "Desk lamps"}, if_match='"1"')
    second = api("PATCH", path, {"title": "Floor lamps"}, if_match='"1"')

    assert (first.status, first.json["title"], first.headers["etag"]) == (200, "Desk lamps", '"2"')
    assert second.problem == (412, "Someone else saved this first, so your change was not written.")
    assert api("GET", path).json["title"] == "Desk lamps"
    assert api("GET", path, if_none_match='"2"').status == 304


def test_an_action_is_the_same_verb_as_the_button(api: Api) -> None:
    deal = a_deal(api)
    path = f"{DEALS}/{deal['id']}"

    won = api("POST", f"{path}/actions/win")
    again = api("POST", f"{path}/actions/win")
    changed = api("PATCH", path, {"title": "x"})

    assert (won.status, won.json["stage"]) == (200, "won")
    assert again.problem == (409, "“Mark as won” is not possible for Lamps in its present state.")
    assert changed.problem == (409, "Lamps can no longer be changed.")


def test_an_action_asks_what_its_dialog_asks(api: Api) -> None:
    path = f"{DEALS}/{a_deal(api)['id']}/actions/lose"

    assert api("POST", path).problem == (422, {"reason": "Fill this in."})
    assert api("POST", path, {"reason": "Price"}).json["notes"] == "Price"
    assert api("POST", path.replace("lose", "explode")).problem == (404, "There is no action explode here.")


def test_a_record_is_deleted_unless_something_stands_on_it(api: Api, workspace: LiveWorkspace) -> None:
    customer = a_customer(api)
    deal = a_deal(api, customer_id=customer)

    used = api("DELETE", f"{CUSTOMERS}/{customer}")
    gone = api("DELETE", f"{DEALS}/{deal['id']}")

    assert used.status == 409
    assert gone.status == 204
    assert (count(workspace, DEALS), count(workspace, CUSTOMERS)) == (0, 1)


def test_a_repeated_request_happens_once_and_is_answered_again(api: Api, workspace: LiveWorkspace) -> None:
    customer = a_customer(api)
    body = {"title": "Once", "customer_id": customer}

    first = api("POST", DEALS, body, idempotency_key="k-1")
    second = api("POST", DEALS, body, idempotency_key="k-1")
    other = api("POST", DEALS, body | {"title": "Other"}, idempotency_key="k-1")

    assert (first.status, second.status) == (201, 201)
    assert first.json == second.json
    assert second.headers["idempotent-replayed"] == "true"
    assert other.problem == (422, "This idempotency key was used for another request.")
    assert count(workspace, DEALS) == 1


def test_two_at_the_same_moment_with_one_key_happen_once(api: Api, workspace: LiveWorkspace) -> None:
    body = {"title": "Once", "customer_id": a_customer(api)}

    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _n: api("POST", DEALS, body, idempotency_key="same"), range(6)))

    assert {reply.status for reply in replies} == {201}
    assert len({reply.json["id"] for reply in replies}) == 1
    assert count(workspace, DEALS) == 1


def test_a_request_that_failed_is_not_remembered(api: Api) -> None:
    refused = api("POST", DEALS, {"title": "x"}, idempotency_key="k")
    done = api("POST", DEALS, {"title": "x", "customer_id": a_customer(api)}, idempotency_key="k")

    assert (refused.status, done.status) == (422, 201)


def test_without_a_valid_token_nobody_gets_anything(api: Api) -> None:
    for header in ("", "Bearer", "Bearer psr_wrong", f"Basic {api.token}", "Bearer \xe9"):
        reply = api("GET", DEALS, authorization=header)
        assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Bearer realm="passerelle"')


@pytest.mark.parametrize(
    ("scope", "read", "written", "other"),
    [("read", 200, 403, 200), (f"{DEALS}:read", 200, 403, 403), (f"{DEALS}:write", 200, 422, 403)],
)
def test_a_token_does_what_it_was_made_for(
    api: Api, workspace: LiveWorkspace, scope: str, read: int, written: int, other: int
) -> None:
    program = Api(workspace, a_token(workspace, "base.admin", (scope,)), api.dispatcher)

    assert program("GET", DEALS).status == read
    assert program("POST", DEALS, {}).status == written
    assert program("GET", CUSTOMERS).status == other


def test_another_workspace_answers_as_if_nothing_were_there(api: Api, workspaces: Any) -> None:
    from core.testing.plugin import LiveWorkspace

    other = LiveWorkspace(workspaces.platform, workspaces.fresh(("sample_rights",)))
    deal = a_deal(api)
    neighbour = Api(other, a_token(other, "base.admin"), api.dispatcher)

    assert neighbour("GET", f"{DEALS}/{deal['id']}").status == 404
    assert Api(other, api.token, api.dispatcher)("GET", DEALS).status == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "sample_shop.nothing", 404),
        ("GET", f"{DEALS}/0", 404),
        ("GET", f"{DEALS}/-1", 404),
        ("GET", f"{DEALS}/99999999999999999999", 404),
        ("GET", f"{DEALS}/x", 404),
        ("GET", f"{DEALS}/1/lines", 404),
        ("GET", f"{DEALS}/1/actions/win", 405),
        ("PUT", DEALS, 405),
        ("PATCH", DEALS, 405),
        ("POST", f"{DEALS}/1", 404),
        ("GET", "../etc", 404),
    ],
)
def test_a_wrong_address_or_method_is_refused(api: Api, method: str, path: str, status: int) -> None:
    assert api(method, path, {} if method in {"POST", "PATCH", "PUT"} else None).status == status


def test_refusals_speak_the_language_of_the_caller(api: Api) -> None:
    assert api("GET", "sample_shop.nothing", accept_language="fr").json["title"] == "Il n’y a rien ici"


def test_the_document_lists_exactly_what_the_caller_can_do(api: Api, seller: Api) -> None:
    everything = api("GET", "openapi.json").json
    mine = seller("GET", "openapi.json").json

    assert everything["openapi"] == "3.1.0"
    assert set(everything["paths"][f"/{DEALS}"]) == {"get", "post"}
    assert {p for p in everything["paths"] if p.startswith(f"/{DEALS}/")} == {
        f"/{DEALS}/deleted",
        f"/{DEALS}/{{id}}",
        f"/{DEALS}/{{id}}/actions/win",
        f"/{DEALS}/{{id}}/actions/lose",
    }
    assert set(mine["paths"][f"/{CUSTOMERS}"]) == {"get"}
    assert set(mine["paths"][f"/{DEALS}/{{id}}"]) == {"parameters", "get", "patch"}
    new = everything["components"]["schemas"]["SampleShopDeal_New"]
    assert new["additionalProperties"] is False
    assert set(new["required"]) == {"title", "customer_id"}


def test_links_to_many_are_lists_of_ids(api: Api, workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        tags = [env.add(env.registry.model("sample_shop.tag"), name=name).id for name in ("a", "b")]

    deal = a_deal(api, tags=tags)
    changed = api("PATCH", f"{DEALS}/{deal['id']}", {"tags": tags[1:]})
    wrong = api("PATCH", f"{DEALS}/{deal['id']}", {"tags": [999]})

    assert deal["tags"] == tags
    assert changed.json["tags"] == tags[1:]
    assert wrong.problem == (422, {"tags": UNSEEN})


def test_two_users_with_the_same_key_are_two_requests(
    api: Api, workspace: LiveWorkspace, dispatcher: Dispatcher
) -> None:
    other = Api(workspace, a_token(workspace, "base.admin", email="other@example.com"), dispatcher)
    body = {"title": "Once", "customer_id": a_customer(api)}

    mine = api("POST", DEALS, body, idempotency_key="same")
    theirs = other("POST", DEALS, body, idempotency_key="same")
    again = api("POST", DEALS, body, idempotency_key="same")

    assert (mine.status, theirs.status, again.status) == (201, 201, 201)
    assert "idempotent-replayed" not in theirs.headers
    assert (mine.json["id"] != theirs.json["id"], again.json["id"]) == (True, mine.json["id"])
    assert count(workspace, DEALS) == 2


def test_a_key_is_a_short_text_that_can_be_shown(api: Api) -> None:
    body = {"title": "Once", "customer_id": a_customer(api)}

    longest = api("POST", DEALS, body, idempotency_key="k" * 200)
    longer = api("POST", DEALS, body, idempotency_key="k" * 201)
    unseen = api("POST", DEALS, body, idempotency_key="k\x07")

    assert (longest.status, longer.status, unseen.status) == (201, 400, 400)
