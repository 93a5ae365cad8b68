"""A program invites users by the rules of the page: by administrators, into companies of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from core.builtin.models import Company
from core.security.models import User
from tests.rest.conftest import Api, a_token

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

PATH = "core.user/actions/invite"
ADA: dict[str, Any] = {"name": "Ada  Byron", "email": "Ada@Example.com"}


@pytest.fixture(autouse=True)
def no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PASSERELLE_SMTP_URL", raising=False)


def people(workspace: LiveWorkspace) -> dict[str, tuple[str, str, set[str], set[int]]]:
    with workspace.env() as env:
        return {
            user.email: (
                user.name,
                user.locale,
                {one.role for one in user.roles},
                {one.company_id for one in user.companies},
            )
            for user in env.session.scalars(select(env[User]).where(env[User].password_hash.is_(None)))
        }


def company_of_admin(workspace: LiveWorkspace) -> int:
    with workspace.env() as env:
        return int(env.session.scalars(select(env[Company].id).order_by(env[Company].id)).first() or 0)


def test_a_user_is_invited_and_the_link_is_given_where_no_mail_is_sent(
    api: Api, workspace: LiveWorkspace
) -> None:
    known = people(workspace)

    reply = api("POST", PATH, ADA | {"language": "fr", "roles": ["base.admin"]})

    assert (reply.status, set(reply.json)) == (200, {"id", "link"})
    assert reply.json["link"].startswith(workspace.entry.address)
    made = {email: one for email, one in people(workspace).items() if email not in known}
    company = company_of_admin(workspace)
    assert made == {"ada@example.com": ("Ada Byron", "fr", {"base.admin", "base.user"}, {company})}
    again = api("POST", PATH, ADA)
    assert (again.status, [one["field"] for one in again.json["errors"]]) == (422, ["email"])


def test_the_link_is_kept_nowhere_even_when_a_key_is_sent(api: Api, workspace: LiveWorkspace) -> None:
    reply = api("POST", PATH, ADA, idempotency_key="invite-ada")
    secret = reply.json["link"].rpartition("/")[2]

    with workspace.env() as env:
        keys = env.scope.connection.execute(text("SELECT count(*) FROM core_idempotency_key")).scalar()
        told = env.scope.connection.execute(
            text("SELECT count(*) FROM core_invitation i WHERE i::text LIKE :secret"),
            {"secret": f"%{secret}%"},
        ).scalar()
    assert (reply.status, keys, told) == (200, 0, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (ADA | {"email": "nobody"}, "email"),
        (ADA | {"name": " "}, "name"),
        (ADA | {"language": "xx"}, "language"),
        (ADA | {"roles": ["base.nothing"]}, "roles"),
        (ADA | {"companies": [999_999]}, "companies"),
        ({"email": "ada@example.com"}, "name"),
        (ADA | {"password": "secret"}, "password"),
    ],
)
def test_what_the_page_refuses_is_refused(
    api: Api, workspace: LiveWorkspace, body: dict[str, Any], field: str
) -> None:
    known = people(workspace)

    reply = api("POST", PATH, body)

    assert (reply.status, [one["field"] for one in reply.json["errors"]]) == (422, [field])
    assert people(workspace) == known


def test_only_an_administrator_invites_and_only_into_companies_of_their_own(
    api: Api, workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        elsewhere = env.add(Company, name="Elsewhere", currency="EUR", country="FR").id
    user = Api(workspace, a_token(workspace, "base.user"), api.dispatcher)
    reader = Api(workspace, a_token(workspace, "base.admin", ("read",)), api.dispatcher)
    named = Api(workspace, a_token(workspace, "base.admin", ("core.user:write",)), api.dispatcher)

    assert user("POST", PATH, ADA).status == 403
    assert reader("POST", PATH, ADA).status == 403
    assert api("POST", PATH, ADA | {"companies": [elsewhere]}).status == 422
    assert named("POST", PATH, ADA).status == 200
    assert api("GET", PATH).status == 405


def test_the_document_describes_it(api: Api) -> None:
    described = api("GET", "openapi.json").json["paths"][f"/{PATH}"]["post"]

    assert described["summary"] == "Invite a user"
    assert "parameters" not in described
