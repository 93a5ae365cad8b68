"""The set-up wizard: nothing is written before its end, and it runs once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from core.builtin.models import Company, Workspace
from core.registry import lifecycle, setup
from core.security.models import User
from tests.web.browsers import PASSWORD, Browser

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform
    from core.web.app import Application

COMPANY = {
    "name": "Atelier Lumen",
    "country": "FR",
    "language": "fr",
    "currency": "EUR",
    "start": "pick",
    "registration_number": "",
}
ACCOUNT = {
    "user_name": "Camille Roche",
    "email": "camille@example.com",
    "password": PASSWORD,
    "again": PASSWORD,
}


@pytest.fixture
def visitor(app: Application, samples: Platform, fresh: WorkspaceEntry) -> Browser:
    return Browser(app, samples, fresh)


def test_a_fresh_workspace_begins_with_the_wizard(visitor: Browser) -> None:
    first = visitor.get("/login")
    page = visitor.get("/setup", Accept_Language="fr")

    assert (first.status_code, first.headers["location"]) == (303, "/setup")
    assert '<html lang="fr"' in page.text
    assert '<option value="FR" selected>France</option>' in page.text
    assert '<option value="EUR" selected>' in page.text


def test_another_country_brings_its_currency_and_another_language_its_words(visitor: Browser) -> None:
    country = visitor.post("/setup", COMPANY | {"step": "1", "country": "JP", "changed": "country"}).text
    language = visitor.post("/setup", COMPANY | {"step": "1", "language": "en", "changed": "language"}).text

    assert '<option value="JPY" selected>' in country
    assert '<html lang="en"' in language
    assert "Your company" in language
    assert 'value="Atelier Lumen"' in language


def test_each_step_checks_what_it_asks(visitor: Browser) -> None:
    nameless = visitor.post("/setup", COMPANY | {"step": "1", "name": " ", "language": "en"})
    short = visitor.post("/setup", COMPANY | ACCOUNT | {"step": "3", "language": "en", "password": "short"})

    assert nameless.status_code == 422
    assert "Write the company&#39;s name." in nameless.text
    assert short.status_code == 422
    assert "Use 10 characters or more." in short.text
    assert PASSWORD not in short.text


def test_finishing_makes_company_administrator_and_apps_and_signs_in(
    visitor: Browser, samples: Platform, fresh: WorkspaceEntry
) -> None:
    visitor.post("/setup", COMPANY | {"step": "1"})
    with samples.env(fresh, reason="test") as env:
        assert env.session.scalars(select(env[Company].id)).all() == []

    answer = visitor.post("/setup", COMPANY | ACCOUNT | {"step": "3", "app": "sample_fleet", "data": "empty"})

    assert answer.status_code == 303
    assert visitor.get("/settings/users").status_code == 200
    assert lifecycle.states(samples, fresh) == {"core": True, "sample_fleet": True}
    with samples.env(fresh, reason="test") as env:
        company = env.session.scalars(select(env[Company])).one()
        owner = env.session.scalars(select(env[User])).one()
        assert (company.name, company.country, company.currency, company.tz) == (
            "Atelier Lumen",
            "FR",
            "EUR",
            "Europe/Paris",
        )
        assert (owner.email, owner.locale, sorted(role.role for role in owner.roles)) == (
            "camille@example.com",
            "fr",
            ["base.admin", "base.user"],
        )
        assert env.session.scalars(select(env[Workspace].ready_at)).one() is not None
        assert env.session.query(env.registry.model("sample_fleet.vehicle")).count() == 1
    assert samples.workspace(fresh.name).title == "Atelier Lumen"


def test_the_wizard_runs_once(visitor: Browser, samples: Platform, fresh: WorkspaceEntry) -> None:
    visitor.post("/setup", COMPANY | ACCOUNT | {"step": "3"})

    again = Browser(visitor.app, samples, fresh)
    page = again.get("/setup")
    forged = again.post("/setup", COMPANY | ACCOUNT | {"step": "3", "email": "intruder@example.com"})

    assert page.headers["location"] == "/"
    assert forged.headers["location"] == "/"
    with samples.env(fresh, reason="test") as env:
        assert env.session.scalars(select(env[User].email)).all() == ["camille@example.com"]


def test_the_first_visitor_without_the_code_gets_nowhere(
    visitor: Browser, samples: Platform, fresh: WorkspaceEntry
) -> None:
    code = setup.new_code(samples, fresh)
    assert code is not None
    whole = COMPANY | ACCOUNT | {"language": "en"}

    page = visitor.get("/setup")
    refused = [
        visitor.post("/setup", whole | {"step": step, "code": wrong})
        for step in ("1", "2", "3")
        for wrong in ("", "AAAA-BBBB-CCCC-DDDD", code[:-1])
    ]
    with samples.env(fresh, reason="test") as env:
        assert env.session.scalars(select(env[User].id)).all() == []
        assert env.session.scalars(select(env[Company].id)).all() == []
        assert code not in str(env.scope.connection.execute(text_of_workspace()).all())
    spaced = visitor.post("/setup", whole | {"step": "1", "code": code.replace("-", " ").lower()})
    done = visitor.post("/setup", whole | {"step": "3", "code": code})

    assert 'name="code"' in page.text
    assert code not in page.text
    assert {answer.status_code for answer in refused} == {422}
    assert all("not the code that the server printed" in answer.text for answer in refused)
    assert spaced.status_code == 200
    assert f'<input type="hidden" name="code" value="{code.replace("-", " ").lower()}">' in spaced.text
    assert done.status_code == 303
    assert visitor.get("/settings/users").status_code == 200


def test_a_new_code_replaces_the_old_one_and_none_is_made_afterwards(
    visitor: Browser, samples: Platform, fresh: WorkspaceEntry
) -> None:
    old, new = setup.new_code(samples, fresh), setup.new_code(samples, fresh)

    stale = visitor.post("/setup", COMPANY | {"step": "1", "code": str(old)})
    good = visitor.post("/setup", COMPANY | ACCOUNT | {"step": "3", "code": str(new)})

    assert old != new
    assert (stale.status_code, good.status_code) == (422, 303)
    assert setup.new_code(samples, fresh) is None


def text_of_workspace() -> Any:
    return text("SELECT w::text FROM core_workspace w")
