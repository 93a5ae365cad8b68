"""A verb that no model has: typed, once, under the rights of the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.errors import AddonError
from core.views.endpoints import Endpoint, endpoints_of
from tests.rest.conftest import Api, a_token

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

PATH = "sample_rights.readings"
BODY = {"customer": "Kervran", "amount": "3.50"}


def names(workspace: LiveWorkspace) -> list[str]:
    with workspace.env() as env:
        return list(env.session.scalars(select(env.registry.model("sample_shop.customer").name)))


def test_it_does_its_work_and_answers(api: Api, workspace: LiveWorkspace) -> None:
    reply = api("POST", PATH, BODY, idempotency_key="a")

    assert reply.status == 200
    assert set(reply.json) == {"customer_id"}
    assert names(workspace) == ["Kervran"]


def test_the_same_key_does_nothing_twice(api: Api, workspace: LiveWorkspace) -> None:
    first = api("POST", PATH, BODY, idempotency_key="a")
    again = api("POST", PATH, BODY, idempotency_key="a")

    assert (again.status, again.json) == (first.status, first.json)
    assert names(workspace) == ["Kervran"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (BODY, {}, 400),
        ({"customer": "Kervran"}, {"idempotency_key": "a"}, 422),
        (BODY | {"colour": "red"}, {"idempotency_key": "a"}, 422),
        (BODY | {"amount": "much"}, {"idempotency_key": "a"}, 422),
        (BODY | {"amount": "-1"}, {"idempotency_key": "a"}, 409),
    ],
    ids=["no key", "a field is missing", "a field nobody knows", "no number", "a rule refuses"],
)
def test_what_is_wrong_is_refused_and_writes_nothing(
    api: Api, workspace: LiveWorkspace, body: Any, headers: dict[str, str], status: int
) -> None:
    assert api("POST", PATH, body, **headers).status == status
    assert names(workspace) == []


def test_rights_and_scopes_hold(workspace: LiveWorkspace, api: Api) -> None:
    reader = Api(workspace, a_token(workspace, "base.admin", ("read",)), api.dispatcher)
    named = Api(workspace, a_token(workspace, "base.admin", (f"{PATH}:write",)), api.dispatcher)

    assert reader("POST", PATH, BODY, idempotency_key="a").status == 403
    assert named("POST", PATH, BODY, idempotency_key="b").status == 200
    assert api("GET", PATH).status == 405


def test_the_document_describes_it(api: Api) -> None:
    document = api("GET", "openapi.json").json
    post = document["paths"][f"/{PATH}"]["post"]
    body = post["requestBody"]["content"]["application/json"]["schema"]

    assert body == {"$ref": "#/components/schemas/Reading"}
    assert document["components"]["schemas"]["Reading"]["required"] == ["customer", "amount"]
    assert [parameter["required"] for parameter in post["parameters"]] == [True]


@pytest.mark.parametrize("name", ["readings", "sample_shop.customer", "Sample.Readings"])
def test_a_name_that_cannot_be_told_apart_is_refused(workspace: LiveWorkspace, name: str) -> None:
    with workspace.env() as env:
        fake = _Declaring(env.registry, name)

        with pytest.raises(AddonError):
            endpoints_of(fake)  # type: ignore[arg-type]  # only what it asks of a registry


class _Declaring:
    """A registry with one endpoint of a chosen name."""

    def __init__(self, registry: Any, name: str) -> None:
        self.models = registry.models
        self.name = name

    def declared(self, _hook: str) -> Any:
        return [("sample", Endpoint(self.name, "", dict, dict, lambda _env, _body: {}, ""))]  # type: ignore[arg-type, return-value]  # never called

    def memo(self, _key: Any, build: Any) -> Any:
        return build(self)
