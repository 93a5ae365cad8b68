"""Companies, mail server, jobs, outbox, webhooks, audit: what an administrator keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.address import base_url
from core.builtin.models import Company
from core.mail import send
from core.mail.models import Mail
from core.mail.server import server_of
from core.security.encryption import reveal
from core.security.models import Audit, User
from core.security.roles import ADMIN
from core.webhooks.models import Webhook
from tests.web.browsers import user

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform
    from tests.web.browsers import Browser

COMPANY = {
    "name": "Nordlys Interiør",
    "country": "NO",
    "currency": "NOK",
    "locale": "en",
    "tz": "Europe/Oslo",
    "vat_number": "",
    "registration_number": "",
}


@pytest.mark.parametrize(
    "path",
    [
        "/settings",
        "/settings/company",
        "/settings/company/new",
        "/settings/mail",
        "/settings/jobs",
        "/settings/jobs?state=failed",
        "/settings/outbox",
        "/settings/webhooks",
        "/settings/audit",
        "/settings/users",
        "/settings/users/new",
        "/profile",
        "/about",
        "/about/states",
    ],
)
def test_every_page_opens_in_both_languages(
    admin: Browser, samples: Platform, here: WorkspaceEntry, path: str
) -> None:
    english = admin.get(path)
    with samples.env(here, reason="test") as env:
        env.session.scalars(select(env[User])).one().locale = "fr"
    french = admin.get(path)

    assert (english.status_code, french.status_code) == (200, 200)
    assert ('<html lang="en"' in english.text, '<html lang="fr"' in french.text) == (True, True)


def test_a_company_is_added_and_one_works_in_it(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    added = admin.post("/settings/company/new", COMPANY)
    with samples.env(here, reason="test") as env:
        company_id = env.session.scalars(
            select(env[Company].id).where(env[Company].name == "Nordlys Interiør")
        ).one()
    switched = admin.post(f"/company/{company_id}")
    page = admin.get("/settings/company").text

    assert added.headers["location"] == "/settings/company"
    assert switched.headers["location"] == "/"
    assert '<h2 id="this">Nordlys Interiør</h2>' in page


def test_nobody_works_in_a_company_that_is_not_theirs(admin: Browser) -> None:
    assert admin.post("/company/4711").status_code == 403


def test_a_company_needs_a_name_and_a_known_currency(admin: Browser) -> None:
    answer = admin.post("/settings/company", COMPANY | {"name": "", "currency": "XXQ"})

    assert answer.status_code == 422
    assert "Write the company&#39;s name." in answer.text
    assert "Choose a currency." in answer.text


def test_a_mail_server_is_kept_when_its_address_can_be_read_and_its_password_never_shown(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    wrong = admin.post("/settings/mail", {"server": "mail.example.com", "address": "erp.example.com/x"})
    right = admin.post(
        "/settings/mail",
        {
            "server": "smtp://office@127.0.0.1:9",
            "password": "open-sesame-7",
            "sender": "a@example.com",
            "address": "https://ERP.example.com/",
        },
    )
    shown, tried = admin.get("/settings/mail").text, admin.post("/settings/mail/test").text
    again = admin.post("/settings/mail", {"server": "smtp://office@127.0.0.1:9", "password": ""})
    with samples.env(here, reason="test") as env:
        kept, audit = server_of(env), str([row.changes for row in env.session.scalars(select(env[Audit]))])
    elsewhere = admin.post("/settings/mail", {"server": "smtp://office@127.0.0.2:9", "password": ""})

    assert wrong.status_code == 422
    assert "without a path" in wrong.text
    assert [answer.status_code for answer in (right, again, elsewhere)] == [303, 303, 303]
    assert 'value="smtp://office@127.0.0.1:9"' in shown
    assert 'value="https://erp.example.com"' in shown
    assert "did not take the test mail: Connection refused" in tried
    assert (kept is not None and kept.password, "open-sesame-7" in shown + tried + audit) == (
        "open-sesame-7",
        False,
    )
    with samples.env(here, reason="test") as env:
        kept = server_of(env)
        assert (kept is not None and kept.password, base_url(env)) == ("", here.address)


def test_mail_waits_in_the_outbox_and_can_be_sent_again(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    with samples.env(here, reason="test") as env:
        mail_id = send(env, to=["a@example.com"], subject="A quote", text="Here it is.")

    listed = admin.get("/settings/outbox").text
    shown = admin.get(f"/settings/outbox/{mail_id}").text
    again = admin.post(f"/settings/outbox/{mail_id}/send-again")

    assert "No mail server is set." in listed
    assert f'href="/settings/outbox/{mail_id}">A quote</a>' in listed
    assert "Here it is." in shown
    assert again.status_code == 303
    with samples.env(here, reason="test") as env:
        assert env.session.scalars(select(env[Mail].status)).one().value == "waiting"


def test_a_webhook_shows_its_secret_once(
    admin: Browser, samples: Platform, here: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSERELLE_WEBHOOKS_TO_PRIVATE_NETWORKS", "1")
    page = admin.post("/settings/webhooks", {"name": "Shop", "url": "https://127.0.0.1/hook"}).text

    secret = re.search(r'value="(whsec_[\w-]+)"', page)
    assert secret is not None
    assert secret.group(1) not in admin.get("/settings/webhooks").text
    with samples.env(here, reason="test") as env:
        hook = env.session.scalars(select(env[Webhook])).one()
        assert (hook.name, hook.events, reveal(env, hook, "secret")) == ("Shop", ["*"], secret.group(1))


def test_the_last_administrator_stays(admin: Browser, samples: Platform, here: WorkspaceEntry) -> None:
    with samples.env(here, reason="test") as env:
        user_id = env.session.scalars(select(env[User].id)).one()

    demoted = admin.post(f"/settings/users/{user_id}", {"name": "Camille Roche", "locale": "en"})
    myself = admin.post(f"/settings/users/{user_id}/deactivate")

    assert demoted.status_code == 422
    assert "Camille Roche is the last administrator." in demoted.text
    assert myself.status_code == 409
    assert "You cannot deactivate yourself." in myself.text


def test_roles_and_companies_of_a_user_are_kept(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    user_id = user(samples, here, "idriss@example.com", name="Idriss", roles=())
    with samples.env(here, reason="test") as env:
        company_id = env.session.scalars(select(env[Company].id)).one()

    admin.post(
        f"/settings/users/{user_id}",
        {"name": "Idriss Benali", "locale": "fr", "role": ADMIN, "company": str(company_id)},
    )

    with samples.env(here, reason="test") as env:
        kept = env.get(User, user_id)
        assert (kept.name, kept.locale) == ("Idriss Benali", "fr")
        assert sorted(one.role for one in kept.roles) == ["base.admin", "base.user"]
        assert [one.company_id for one in kept.companies] == [company_id]


def test_the_audit_page_finds_by_action_and_person(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    with samples.env(here, reason="test") as env:
        someone = env.session.scalars(select(env[User].id)).one()
        for action in ("export", "delete"):
            env.add(
                Audit,
                at=env.now(),
                user_id=someone,
                action=action,
                model="core.user",
                record_id=7,
                changes={"name": ["Ada", "Ada Byron"], "theme": ["auto", "dark"]},
            )

    exports = admin.get("/settings/audit?action=export").text
    of_nobody = admin.get("/settings/audit?user=4711").text

    assert ">exported</span>" in exports
    assert ("<dt>Name</dt><dd>Ada → Ada Byron</dd>" in exports, "Automatic → Dark" in exports) == (True, True)
    assert ">deleted</span>" not in exports
    assert "Nothing matches these filters" in of_nobody


def test_examples_are_written_and_removed_with_the_name_typed(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    written = admin.post("/settings/examples")
    mistyped = admin.post("/settings/examples/remove", {"typed": "yes"})
    removed = admin.post("/settings/examples/remove", {"typed": here.name})
    page = admin.get("/settings/examples").text

    assert written.headers["location"] == "/"
    assert mistyped.status_code == 409
    assert removed.headers["location"] == "/settings"
    assert "No examples here" in page
    with samples.env(here.name, reason="test") as env:
        assert env.session.scalars(select(env[User].name)).all() == ["Camille Roche"]


def test_an_upgrade_shows_its_steps_first(admin: Browser) -> None:
    shown = admin.get("/settings/apps/upgrade")
    done = admin.post("/settings/apps/upgrade")

    assert "Every app is up to date" in shown.text
    assert done.headers["location"] == "/settings/apps"
