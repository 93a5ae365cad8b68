"""Links that stand for a person: their secret is in the mail that left and nowhere else, and dies in time."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from core.env import Who
from core.errors import RuleBroken
from core.jobs.drain import drain
from core.mail import LINK
from core.mail.models import Mail
from core.security import account_links, accounts, passwords, sessions, tokens, users
from core.security.models import LinkExpired, User
from core.testing.web import Visitor, a_person
from tests.mail.mailbox import Mailbox, a_mailbox, delivered_link, links_in, use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.testing.plugin import LiveWorkspace

EMAIL, WORD, OTHER = "ana@example.com", "correct horse battery", "another horse battery"
NOBODY = Who(id=0)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PASSERELLE_PASSWORDS", "fast")
    passwords._hasher.cache_clear()
    passwords._nobodys.cache_clear()
    yield
    passwords._hasher.cache_clear()
    passwords._nobodys.cache_clear()


@pytest.fixture
def ana(workspace: LiveWorkspace) -> int:
    with workspace.env() as env:
        return env.add(User, name="Ana", email=EMAIL, password_hash=passwords.hash_of(WORD)).id


@pytest.fixture
def mailbox(workspace: LiveWorkspace) -> Iterator[Mailbox]:
    with a_mailbox() as server:
        use(workspace.platform, workspace.entry, server)
        yield server


def everything(workspace: LiveWorkspace) -> str:
    """Every row of the workspace and of the platform's own tables, as text."""
    with workspace.platform.server.owner() as connection:
        tables = connection.execute(
            text("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN (:here, 'platform')"),
            {"here": workspace.entry.schema},
        ).all()
        return "\n".join(
            str(connection.scalars(text(f'SELECT t::text FROM "{schema}"."{table}" t')).all())
            for schema, table in tables
        )


def test_the_secret_of_a_mail_is_in_the_mail_and_nowhere_else(
    workspace: LiveWorkspace, ana: int, mailbox: Mailbox, app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    admin = Visitor(app, workspace.entry, a_person(workspace.platform, workspace.entry))
    admin.post("/forgotten", {"email": EMAIL})
    admin.post("/settings/users/new", {"name": "Zoe", "email": "zoe@example.com", "locale": "en"})
    with workspace.env() as env:
        kept = env.session.scalars(select(env[Mail].text)).all()

    drain(workspace.platform, workspace.entry)
    paths = links_in(mailbox)
    opened = [Visitor(app, workspace.entry).get(path).status_code for path in paths]

    assert [LINK in one for one in kept] == [True]  # the other mail is written by a job
    assert sorted(path.split("/")[1] for path in paths) == ["invitation", "reset"]
    assert opened == [200, 200]
    logged = [vars(record) for record in caplog.records if record.name != "httpx"]  # the visitor's own log
    found = everything(workspace) + str(logged)
    assert EMAIL in found
    assert [path for path in paths if path.split("/")[2] in found] == []


@pytest.mark.addons("crm_sales")
def test_the_link_of_a_quote_is_made_when_its_mail_leaves(
    workspace: LiveWorkspace, mailbox: Mailbox, app: Any
) -> None:
    from addons.crm_sales.services import mailing  # only where the app is enabled
    from tests.crm_sales.factories import a_quote

    with workspace.env() as env:
        quote = a_quote(env)
        mailing.send(env, quote, "info@tilleuls.example", "As discussed.")

    path = delivered_link(workspace.platform, workspace.entry, mailbox)

    assert path.startswith("/quote/")
    assert Visitor(app, workspace.entry).get(path).status_code == 200
    assert path.split("/")[2] not in everything(workspace)


def test_without_a_mail_server_an_administrator_copies_a_link_that_is_shown_once(
    workspace: LiveWorkspace, app: Any
) -> None:
    admin = Visitor(app, workspace.entry, a_person(workspace.platform, workspace.entry))

    shown = admin.post(
        "/settings/users/new", {"name": "Zoe", "email": "zoe@example.com", "locale": "en"}
    ).text
    path = shown.split(f"{workspace.entry.address}")[1].split('"')[0]

    assert "Hand over this link to Zoe." in shown
    assert Visitor(app, workspace.entry).get(path).status_code == 200
    assert path.split("/")[2] not in everything(workspace)
    with workspace.env() as env:
        assert env.session.scalars(select(env[Mail].id)).all() == []
        user_id = env.session.scalars(select(env[User].id).where(env[User].email == "zoe@example.com")).one()
    assert path not in admin.get(f"/settings/users/{user_id}").text
    again = admin.post(f"/settings/users/{user_id}/link").text
    assert Visitor(app, workspace.entry).get(path).status_code == 410
    assert f"{workspace.entry.address}/invitation/" in again


def links(workspace: LiveWorkspace, user_id: int, mailbox: Mailbox) -> dict[str, str]:
    """A link of each kind for one person, who was invited and then asked for a new password."""
    with workspace.env() as env:
        user = env.get(User, user_id)
        user.password_hash = None
        env.session.flush()
        account_links.send_invitation(env, user, None)
    with workspace.env(user=NOBODY) as env:
        account_links.ask_reset(env, EMAIL)
    drain(workspace.platform, workspace.entry)
    with workspace.env() as env:
        env.session.execute(
            text("UPDATE core_user SET password_hash = :kept WHERE id = :id"),
            {"kept": passwords.hash_of(WORD), "id": user_id},
        )
    return {path.split("/")[1]: path.split("/")[2] for path in links_in(mailbox)}


def by_reset(workspace: LiveWorkspace, found: dict[str, str], user_id: int) -> None:
    with workspace.env(user=NOBODY) as env:
        account_links.reset(env, found["reset"], OTHER)


def by_invitation(workspace: LiveWorkspace, found: dict[str, str], user_id: int) -> None:
    with workspace.env(user=NOBODY) as env:
        account_links.accept(env, found["invitation"], name="Ana", password=OTHER)


def by_change(workspace: LiveWorkspace, found: dict[str, str], user_id: int) -> None:
    with workspace.env(user=Who(user_id, "Ana", EMAIL)) as env:
        accounts.change_password(env, WORD, OTHER, keep_session=None)


def by_command(workspace: LiveWorkspace, found: dict[str, str], user_id: int) -> None:
    with workspace.env() as env:
        users.set_password(env, EMAIL, OTHER)


def by_code_of_a_partner(workspace: LiveWorkspace, found: dict[str, str], user_id: int) -> None:
    with workspace.env() as env:
        env.get(User, user_id).password_hash = passwords.hash_of(OTHER)


def by_deactivation(workspace: LiveWorkspace, found: dict[str, str], user_id: int) -> None:
    with workspace.env() as env:
        accounts.deactivate(env, user_id)
    with workspace.env() as env:
        accounts.activate(env, user_id)


@pytest.mark.parametrize(
    "way", [by_reset, by_invitation, by_change, by_command, by_code_of_a_partner, by_deactivation]
)
def test_whichever_way_a_password_changes_all_that_opened_the_account_is_dead(
    workspace: LiveWorkspace,
    ana: int,
    mailbox: Mailbox,
    way: Callable[[LiveWorkspace, dict[str, str], int], None],
) -> None:
    found = links(workspace, ana, mailbox)
    with workspace.env(user=Who(ana, "Ana", EMAIL)) as env:
        api = tokens.create(env, "script", ["read"])
        session = sessions.start(env, ana)

    way(workspace, found, ana)

    with workspace.env() as env:
        connection = env.scope.connection
        assert tokens.find(connection, api) is None
        assert sessions.find(connection, session) is None
    for open_link, token in ((account_links.resetting, "reset"), (account_links.invited, "invitation")):
        with pytest.raises(LinkExpired), workspace.env(user=NOBODY) as env:
            open_link(env, found[token])


def test_nobody_changes_passwords_in_bulk(workspace: LiveWorkspace, ana: int) -> None:
    with pytest.raises(RuleBroken, match="one user at a time"), workspace.env() as env:
        env.bulk_update(User, env[User].id == ana, {"password_hash": "known"})


def test_a_newer_link_ends_the_older_one(workspace: LiveWorkspace, ana: int, mailbox: Mailbox) -> None:
    for _asked in range(2):
        with workspace.env(user=NOBODY) as env:
            account_links.ask_reset(env, EMAIL)
        drain(workspace.platform, workspace.entry)
    old, new = (path.split("/")[2] for path in links_in(mailbox))

    with workspace.env(user=NOBODY) as env:
        assert account_links.resetting(env, new).email == EMAIL
        with pytest.raises(LinkExpired):
            account_links.resetting(env, old)


def test_a_mail_whose_link_nobody_should_get_any_more_does_not_leave(
    workspace: LiveWorkspace, ana: int, mailbox: Mailbox
) -> None:
    with workspace.env(user=NOBODY) as env:
        account_links.send_reset(env, EMAIL)
    with workspace.env() as env:
        users.set_password(env, EMAIL, OTHER)

    drain(workspace.platform, workspace.entry)

    with workspace.env() as env:
        mail = env.session.scalars(select(env[Mail])).one()
        assert (mail.status.value, mail.error) == (
            "failed",
            "It was used already, or is too old. Ask for another one.",
        )
    assert mailbox.received == []


def test_every_model_with_a_secret_of_a_person_ends_with_the_password(workspace: LiveWorkspace) -> None:
    """A new kind of token is found here until it says how it ends."""
    from core.security.models.user import CREDENTIALS  # the list under test

    with workspace.env() as env:
        holding = {
            name
            for name, model in env.registry.models.items()
            if {"user_id", "token_hash"} <= set(model.__table__.columns.keys())  # type: ignore[attr-defined]  # composed classes are mapped
        }
    assert holding - {"core.device"} == set(CREDENTIALS)
