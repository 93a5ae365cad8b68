"""Strangers who guess: they wait, the owner does not, and nothing tells them who has an account."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from core.env import Who
from core.errors import Invalid
from core.jobs.drain import drain
from core.mail.models import Mail
from core.security import account_links, accounts, passwords, second_factor, sign_in, throttle, users
from core.security.models import Device, LoginAttempt, User
from core.testing.statements import counting
from core.testing.web import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.env import Env
    from core.testing.plugin import LiveWorkspace

EMAIL, WORD = "ana@example.com", "correct horse battery"
NOBODY = Who(id=0)
HOME, OFFICE, FAR = "10.0.0.7", "10.0.0.200", "192.0.2.9"


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


def enter(workspace: LiveWorkspace, password: str, ip: str, device: str = "") -> Any:
    with workspace.env(user=NOBODY) as env:
        return sign_in.with_password(env, EMAIL, password, ip=ip, device=device)


def test_five_wrong_passwords_of_a_stranger_keep_the_stranger_out_and_not_the_owner(
    workspace: LiveWorkspace, ana: int
) -> None:
    for number in range(8):
        enter(workspace, f"wrong {number}", FAR)

    assert isinstance(enter(workspace, WORD, FAR), sign_in.Refused)
    assert isinstance(enter(workspace, WORD, HOME), sign_in.Done)


def test_a_browser_that_signed_in_before_goes_on_whatever_strangers_try(
    workspace: LiveWorkspace, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "TRIES_OF_ACCOUNT", 20)
    monkeypatch.setattr(throttle, "TRIES_OF_ADDRESS", 6)
    mine = enter(workspace, WORD, HOME).device

    for number in range(6):  # somebody behind the same address, and then many networks together
        enter(workspace, f"wrong {number}", HOME)
    for number in range(20):
        enter(workspace, "wrong", f"198.51.{number}.1")

    assert isinstance(enter(workspace, WORD, "203.0.113.5"), sign_in.Refused)  # a browser nobody knows
    assert isinstance(enter(workspace, WORD, HOME), sign_in.Refused)
    assert isinstance(enter(workspace, WORD, HOME, "made up"), sign_in.Refused)
    known = enter(workspace, WORD, HOME, mine)
    assert isinstance(known, sign_in.Done)
    assert known.device == mine


def test_a_known_browser_has_five_tries_too(workspace: LiveWorkspace, ana: int) -> None:
    mine = enter(workspace, WORD, HOME).device

    answers = [enter(workspace, "wrong", f"198.51.{number}.1", mine) for number in range(5)]

    assert str(answers[0].sentence) == "Wrong address or password. 4 tries left."
    assert isinstance(enter(workspace, WORD, HOME, mine), sign_in.Refused)


def test_the_browser_of_one_person_is_not_that_of_another(workspace: LiveWorkspace, ana: int) -> None:
    mine = enter(workspace, WORD, HOME).device
    with workspace.env() as env:
        ben = env.add(User, name="Ben", email="ben@example.com", password_hash=passwords.hash_of(WORD)).id

    with workspace.env(user=NOBODY) as env:
        shared = sign_in.with_password(env, "ben@example.com", WORD, ip=HOME, device=mine)

    assert shared.device == mine
    with workspace.env() as env:
        assert env.session.scalars(select(env[Device].user_id).order_by(env[Device].user_id)).all() == [
            ana,
            ben,
        ]
        assert mine not in env.session.scalars(select(env[Device].token_hash)).all()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (HOME, OFFICE, True),
        (HOME, FAR, False),
        ("2001:db8:1:200::1", "2001:db8:1:2ff::9", True),
        ("2001:db8:1:200::1", "2001:db8:1:300::1", False),
        ("::ffff:10.0.0.7", OFFICE, True),
        ("testclient", "testclient", True),
    ],
)
def test_a_network_is_what_one_client_can_send_from(one: str, other: str, same: bool) -> None:
    assert (throttle.network_of(one) == throttle.network_of(other)) is same


def asked(workspace: LiveWorkspace, app: Any, email: str) -> tuple[int, str, list[str]]:
    """Status, page and statements of asking for a new password."""
    visitor = Visitor(app, workspace.entry)
    visitor.get("/forgotten")
    with counting(workspace.platform.server.engine) as sent:
        answer = visitor.post("/forgotten", {"email": email})
    page = answer.text.replace(email, "").split("<main", 1)[1]
    return answer.status_code, page.partition('name="csrf"')[0], [str(one) for one in sent]


def test_asking_for_a_known_and_an_unknown_address_does_the_same_work(
    workspace: LiveWorkspace, ana: int, app: Any
) -> None:
    asked(workspace, app, "warm@example.com")  # what a process reads once

    known, unknown = asked(workspace, app, EMAIL), asked(workspace, app, "nobody@example.com")

    assert known == unknown
    assert known[0] == 200
    assert len(known[2]) > 5
    drain(workspace.platform, workspace.entry)
    with workspace.env() as env:
        assert [mail.recipients for mail in env.session.scalars(select(env[Mail]))] == [[EMAIL]]


def test_one_address_gets_three_mails_and_one_client_asks_twenty_times(
    workspace: LiveWorkspace, ana: int, app: Any
) -> None:
    visitor = Visitor(app, workspace.entry)

    mine = [visitor.post("/forgotten", {"email": EMAIL}).status_code for _ in range(5)]
    others = [
        visitor.post("/forgotten", {"email": f"user{number}@example.com"}).status_code for number in range(18)
    ]

    drain(workspace.platform, workspace.entry)
    with workspace.env() as env:
        assert env.session.scalar(select(func.count()).select_from(env[Mail])) == 3
        assert EMAIL not in str(env.session.scalars(select(env[LoginAttempt].key)).all())
    assert Counter([*mine, *others]) == {200: 20, 429: 3}


COMMON = [
    "password123",
    "qwertyuiop",
    "1234567890",
    "iloveyou123",
    "motdepasse1",
    "azertyuiop1",
    "P@ssw0rd12",
]


def by_change(env: Env, user_id: int, password: str) -> object:
    return accounts.change_password(env, WORD, password, keep_session=None)


def by_link(env: Env, user_id: int, password: str) -> object:
    with env.system("test") as system:
        token = account_links.link_to_hand_over(system, user_id).rpartition("/")[2]
    return account_links.reset(env, token, password)


def by_command(env: Env, user_id: int, password: str) -> object:
    return users.set_password(env, EMAIL, password)


def by_creation(env: Env, user_id: int, password: str) -> object:
    return users.create(env, name="Ben", email="ben@example.com", password=password)


@pytest.mark.parametrize("choose", [by_change, by_link, by_command, by_creation])
def test_a_password_that_many_people_use_is_refused_wherever_one_is_chosen(
    workspace: LiveWorkspace, ana: int, choose: Callable[[Env, int, str], object]
) -> None:
    for password in COMMON:
        with pytest.raises(Invalid) as refused, workspace.env(user=Who(ana, "Ana", EMAIL)) as env:
            choose(env, ana, password)
        assert "among the first that are guessed" in str(refused.value.fields)


def test_an_open_screen_is_not_enough_and_no_way_to_guess(workspace: LiveWorkspace, ana: int) -> None:
    def tried(password: str) -> str:
        with workspace.env(user=Who(ana, "Ana", EMAIL)) as env:
            try:
                second_factor.new_codes(env, password)
            except Invalid as error:  # the page that shows it keeps the transaction
                return str(error.fields["password"])
        return "codes"

    answers = [tried(f"wrong {number}") for number in range(5)]

    assert set(answers) == {"This is not your password."}
    assert tried(WORD) == "Too many tries. Wait 15 minutes."
