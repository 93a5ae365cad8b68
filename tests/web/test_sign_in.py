"""Signing in and out, the second step, forgotten passwords, invitations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import select

from core.mail.models import Mail
from core.security import second_factor, tokens
from core.security.models import Audit, Session, User
from tests.mail.mailbox import Mailbox, a_mailbox, delivered_link, use
from tests.web.browsers import PASSWORD, Browser, user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

EMAIL = "camille@example.com"


def enter(browser: Browser, password: str = PASSWORD, next_page: str = "/profile") -> tuple[int, str]:
    answer = browser.post("/login", {"email": "Camille@Example.com", "password": password, "next": next_page})
    return answer.status_code, answer.headers.get("location", "")


@pytest.fixture
def mailbox(samples: Platform, here: WorkspaceEntry) -> Iterator[Mailbox]:
    with a_mailbox() as server:
        use(samples, here, server)
        yield server


def test_address_and_password_open_a_session_and_lead_where_one_wanted_to_go(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    user(samples, here, EMAIL)
    visitor = browser()

    answer = enter(visitor)

    assert answer == (303, "/profile")
    assert visitor.get("/profile").status_code == 200
    with samples.env(here, reason="test") as env:
        actions = env.session.scalars(select(env[Audit].action).where(env[Audit].action.like("login%"))).all()
    assert actions == ["login"]


def test_the_session_cookie_is_closed_to_scripts_and_changes_at_every_sign_in(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    user(samples, here, EMAIL)
    visitor = browser()

    first = visitor.post("/login", {"email": EMAIL, "password": PASSWORD}).headers.get_list("set-cookie")
    second = visitor.post("/login", {"email": EMAIL, "password": PASSWORD}).headers.get_list("set-cookie")

    cookies = [next(one for one in found if one.startswith("session=")) for found in (first, second)]
    assert all("HttpOnly" in one and "samesite=lax" in one.lower() for one in cookies)
    assert cookies[0].split(";")[0] != cookies[1].split(";")[0]


def test_wrong_tries_are_counted_and_then_the_right_password_waits_too(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    user(samples, here, EMAIL)
    visitor = browser()

    pages = [visitor.post("/login", {"email": EMAIL, "password": "wrong"}).text for _try in range(5)]
    right = visitor.post("/login", {"email": EMAIL, "password": PASSWORD})

    assert "Wrong address or password. 4 tries left." in pages[0]
    assert "Wrong address or password. 1 try left." in pages[3]
    assert "Too many tries. Wait 15 minutes" in pages[4]
    assert right.status_code == 422
    assert "Too many tries. Wait 15 minutes" in right.text


def test_an_unknown_address_is_answered_like_a_wrong_password(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    user(samples, here, EMAIL)

    known = browser().post("/login", {"email": EMAIL, "password": "wrong"})
    unknown = browser().post("/login", {"email": "nobody@example.com", "password": "wrong"})

    assert known.status_code == unknown.status_code == 422
    assert "Wrong address or password. 4 tries left." in known.text
    assert "Wrong address or password. 4 tries left." in unknown.text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_never_leads_to_another_site(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry, target: str
) -> None:
    user(samples, here, EMAIL)

    assert enter(browser(), next_page=target) == (303, "/")


def test_signing_out_ends_the_session_in_the_database(admin: Browser, samples: Platform) -> None:
    answer = admin.post("/logout")

    assert answer.headers["location"] == "/login"
    with samples.env(admin.workspace, reason="test") as env:
        assert env.session.scalars(select(env[Session].revoked_at)).one() is not None


def test_a_deactivated_user_is_out_at_the_next_request(
    admin: Browser, browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    user_id = user(samples, here, "idriss@example.com", name="Idriss Benali", roles=())
    colleague = browser().sign_in(user_id)
    assert colleague.get("/profile").status_code == 200

    admin.post(f"/settings/users/{user_id}/deactivate")

    assert colleague.get("/profile").headers["location"] == "/login?next=/profile"


def test_the_second_step_asks_for_a_code_that_works_once(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    user_id = user(samples, here, EMAIL)
    owner = browser().sign_in(user_id)
    secret = re.search(r'name="secret" value="(\w+)"', owner.get("/profile/second-step").text)
    assert secret is not None
    code = pyotp.TOTP(secret.group(1)).now()
    step = {"secret": secret.group(1), "code": code}
    unproved = owner.post("/profile/second-step", step | {"password": "an open screen"})
    codes = owner.post("/profile/second-step", step | {"password": PASSWORD}).text
    recovery = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", codes)
    assert len(recovery) == 10
    assert (unproved.status_code, "This is not your password." in unproved.text) == (422, True)

    visitor = browser()
    assert enter(visitor) == (303, "/login/code?next=/profile")
    used = visitor.post("/login/code", {"code": code, "next": "/profile"})
    by_recovery = visitor.post("/login/code", {"code": recovery[0].upper(), "next": "/profile"})
    other = browser()
    enter(other)
    again = other.post("/login/code", {"code": recovery[0], "next": "/profile"})

    assert used.status_code == 422
    assert "This code is wrong or was used. 4 tries left." in used.text
    assert (by_recovery.status_code, by_recovery.headers["location"]) == (303, "/profile")
    assert again.status_code == 422
    assert owner.get("/profile").text.count("9 recovery codes are left.") == 1


def test_a_wrong_code_does_not_turn_the_second_step_on(admin: Browser, samples: Platform) -> None:
    answer = admin.post("/profile/second-step", {"secret": pyotp.random_base32(), "code": "000000"})

    assert answer.status_code == 422
    assert "This code is not right." in answer.text
    with samples.env(admin.workspace, reason="test") as env:
        assert env.session.scalars(select(env[User].totp_secret)).all() == [None]


def test_a_code_is_taken_a_step_early_or_late_but_never_twice(
    samples: Platform, here: WorkspaceEntry
) -> None:
    user_id = user(samples, here)
    secret = pyotp.random_base32()
    with samples.env(here, reason="test") as env:
        owner = env.get(User, user_id)
        owner.totp_secret = secret
        code = pyotp.TOTP(secret).now()

        answers = [second_factor.accepts(env, owner, code), second_factor.accepts(env, owner, code)]

    assert answers == [True, False]


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry, mailbox: Mailbox
) -> None:
    user_id = user(samples, here, EMAIL)
    elsewhere = browser().sign_in(user_id)
    visitor = browser()

    asked = visitor.post("/forgotten", {"email": EMAIL})
    link = delivered_link(samples, here, mailbox)
    fresh = {"password": "another lamp", "again": "another lamp"}
    kept = visitor.post(link, fresh)
    again = visitor.post(link, fresh)

    assert "Look at your mail." in asked.text
    assert (kept.status_code, kept.headers["location"]) == (303, "/login")
    assert again.status_code == 410
    assert enter(browser(), "another lamp") == (303, "/profile")
    assert enter(browser(), PASSWORD)[0] == 422
    assert elsewhere.get("/profile").status_code == 303


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    answer = browser().post("/forgotten", {"email": "nobody@example.com"})

    assert "Look at your mail." in answer.text
    with samples.env(here, reason="test") as env:
        assert env.session.scalars(select(env[Mail].id)).all() == []


def test_an_invitation_is_accepted_by_its_link_once(
    admin: Browser, browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry, mailbox: Mailbox
) -> None:
    admin.post(
        "/settings/users/new",
        {"name": "Hannah", "email": "hannah@example.com", "locale": "en", "role": "base.admin"},
    )
    link = delivered_link(samples, here, mailbox)
    guest = browser()

    short = guest.post(link, {"name": "Hannah Whitlock", "password": "short", "again": "short"})
    kept = guest.post(link, {"name": "Hannah Whitlock", "password": PASSWORD, "again": PASSWORD})
    again = guest.get(link)

    assert short.status_code == 422
    assert "Use 10 characters or more." in short.text
    assert (kept.status_code, kept.headers["location"]) == (303, "/")
    assert again.status_code == 410
    assert guest.get("/settings/users").status_code == 200


def test_changing_the_password_ends_the_other_sessions_only(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    user_id = user(samples, here, EMAIL)
    phone, desk = browser().sign_in(user_id), browser().sign_in(user_id)

    wrong = desk.post(
        "/profile/password", {"current": "no", "password": "new lamp here", "again": "new lamp here"}
    )
    right = desk.post(
        "/profile/password", {"current": PASSWORD, "password": "new lamp here", "again": "new lamp here"}
    )

    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    assert right.status_code == 303
    assert desk.get("/profile").status_code == 200
    assert phone.get("/profile").status_code == 303


def test_nobody_ends_the_session_of_someone_else(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    owner = browser().sign_in(user(samples, here, EMAIL))
    other = browser().sign_in(user(samples, here, "idriss@example.com", roles=()))
    with samples.env(here, reason="test") as env:
        session_id = env.session.scalars(select(env[Session].id).order_by(env[Session].id)).first()

    answer = other.post(f"/profile/sessions/{session_id}/end")

    assert answer.status_code == 404
    assert owner.get("/profile").status_code == 200


def test_an_api_token_is_shown_once_and_stops_when_revoked(admin: Browser, samples: Platform) -> None:
    page = admin.post("/profile/tokens", {"token_name": "Shop", "scope": "read", "days": "90"}).text
    shown = re.search(r'value="(psr_[\w-]+)"', page)
    assert shown is not None
    with samples.env(admin.workspace, reason="test") as env:
        holder = tokens.find(env.scope.connection, shown.group(1))
        assert holder is not None
        assert holder.scopes == {"read"}

    later = admin.get("/profile").text
    identity = re.search(r"/profile/tokens/(\d+)/revoke", later)
    assert identity is not None
    admin.post(f"/profile/tokens/{identity.group(1)}/revoke")

    assert shown.group(1) not in later
    with samples.env(admin.workspace, reason="test") as env:
        assert tokens.find(env.scope.connection, shown.group(1)) is None
