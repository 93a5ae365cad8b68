"""People, and attackers, who do things at the same moment: real threads, each with its own transaction."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from sqlalchemy import func, select

from core.env import Who
from core.security import (
    account_links,
    accounts,
    passwords,
    second_factor,
    sessions,
    sign_in,
    throttle,
    tokens,
)
from core.security.models import Audit, LinkExpired, LoginAttempt, Session, SignInTicket, User, UserCompany
from tests.security.conftest import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.testing.plugin import LiveWorkspace

WORD = "correct horse battery"
EMAIL = "ana@example.com"
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


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What each of some threads got, exceptions included, when all start together."""
    start = Barrier(count)

    def run(number: int) -> Any:
        start.wait()
        try:
            return work(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def enter(workspace: LiveWorkspace, password: str, *, email: str = EMAIL, ip: str = "10.0.0.1") -> Any:
    with workspace.env(user=NOBODY) as env:
        return sign_in.with_password(env, email, password, ip=ip)


def a_link(workspace: LiveWorkspace, user_id: int) -> str:
    """The secret of a link that an administrator hands over."""
    with workspace.env() as env:
        return account_links.link_to_hand_over(env, user_id).rpartition("/")[2]


def test_twelve_wrong_tries_at_once_are_five_tries(workspace: LiveWorkspace, ana: int) -> None:
    answers = at_once(12, lambda number: enter(workspace, f"wrong {number}"))

    sentences = Counter(str(answer.sentence) for answer in answers)
    assert sentences["Too many tries. Wait 15 minutes, or choose a new password."] == 8
    assert {words for words in sentences if "left" in words} == {
        f"Wrong address or password. {left} {'try' if left == 1 else 'tries'} left." for left in (4, 3, 2, 1)
    }
    assert isinstance(enter(workspace, WORD), sign_in.Refused)


def test_a_guessed_password_among_many_at_once_does_not_open_a_blocked_account(
    workspace: LiveWorkspace, ana: int
) -> None:
    for number in range(5):
        enter(workspace, f"wrong {number}")

    answers = at_once(6, lambda number: enter(workspace, WORD))

    assert all(isinstance(answer, sign_in.Refused) for answer in answers)


def test_an_address_that_tries_many_accounts_waits_even_with_the_right_password(
    workspace: LiveWorkspace, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "TRIES_OF_ADDRESS", 6)

    at_once(6, lambda number: enter(workspace, "wrong", email=f"user{number}@example.com", ip="10.6.6.6"))

    assert isinstance(enter(workspace, WORD, ip="10.6.6.6"), sign_in.Refused)
    assert isinstance(enter(workspace, WORD, ip="10.0.0.9"), sign_in.Done)


def test_the_pause_ends_and_a_new_password_ends_it_at_once(workspace: LiveWorkspace, ana: int) -> None:
    for number in range(5):
        enter(workspace, f"wrong {number}")
    token = a_link(workspace, ana)
    with workspace.env(user=NOBODY) as env:
        account_links.reset(env, token, "another horse battery", ip="10.0.0.1")
    assert isinstance(enter(workspace, "another horse battery"), sign_in.Done)

    for number in range(5):
        enter(workspace, f"wrong {number}")
    later = datetime.now(UTC) + timedelta(minutes=16)
    with workspace.env(user=NOBODY, at=later) as env:
        assert isinstance(sign_in.with_password(env, EMAIL, "another horse battery"), sign_in.Done)


def test_a_code_of_the_phone_opens_once_whoever_is_first(workspace: LiveWorkspace, ana: int) -> None:
    secret = pyotp.random_base32()
    with workspace.env() as env:
        env.get(User, ana).totp_secret = secret
    tickets = [enter(workspace, WORD).ticket for _ in range(4)]
    code = pyotp.TOTP(secret).now()

    def use(number: int) -> Any:
        with workspace.env(user=NOBODY) as env:
            return sign_in.with_code(env, tickets[number], code)

    answers = at_once(4, use)

    assert Counter(type(answer) for answer in answers) == {sign_in.Done: 1, sign_in.Refused: 3}
    with workspace.env() as env:
        assert env.session.scalar(select(func.count()).select_from(env[Session])) == 1


def test_a_recovery_code_opens_once(workspace: LiveWorkspace, ana: int) -> None:
    secret = pyotp.random_base32()
    with workspace.env(user=Who(ana, "Ana", EMAIL)) as env:
        codes = second_factor.confirm(env, secret, pyotp.TOTP(secret).now(), WORD)
    tickets = [enter(workspace, WORD).ticket for _ in range(4)]

    def use(number: int) -> Any:
        with workspace.env(user=NOBODY) as env:
            return sign_in.with_code(env, tickets[number], codes[0].upper())

    answers = at_once(4, use)

    assert Counter(type(answer) for answer in answers) == {sign_in.Done: 1, sign_in.Refused: 3}
    with workspace.env(user=Who(ana)) as env:
        assert second_factor.codes_left(env) == 9


def test_a_ticket_works_once_and_not_without_the_password(workspace: LiveWorkspace, ana: int) -> None:
    secret = pyotp.random_base32()
    with workspace.env() as env:
        env.get(User, ana).totp_secret = secret
    ticket = enter(workspace, WORD).ticket
    with workspace.env() as env:
        kept = env.session.scalars(select(env[SignInTicket])).one()
        assert ticket not in (kept.token_hash, str(kept.id))
    with workspace.env(user=NOBODY) as env:
        assert isinstance(sign_in.with_code(env, "made up", pyotp.TOTP(secret).now()), sign_in.Refused)
        assert isinstance(sign_in.with_code(env, ticket, pyotp.TOTP(secret).now()), sign_in.Done)
    with workspace.env(user=NOBODY) as env:
        next_code = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
        assert isinstance(sign_in.with_code(env, ticket, next_code), sign_in.Refused)


@pytest.mark.parametrize("kind", ["reset", "invitation"])
def test_a_link_sets_a_password_once_whoever_is_first(workspace: LiveWorkspace, ana: int, kind: str) -> None:
    if kind == "invitation":
        with workspace.env() as env:
            env.get(User, ana).password_hash = None
    token = a_link(workspace, ana)

    def use(number: int) -> Any:
        with workspace.env(user=NOBODY) as env:
            if kind == "reset":
                return account_links.reset(env, token, f"fresh password {number}")
            return account_links.accept(env, token, name="Ana", password=f"fresh password {number}")

    answers = at_once(4, use)

    assert answers.count(ana) == 1
    assert [type(answer) for answer in answers if answer != ana] == [LinkExpired] * 3
    winner = answers.index(ana)
    assert isinstance(enter(workspace, f"fresh password {winner}"), sign_in.Done)


def test_secrets_are_kept_as_hashes_only(workspace: LiveWorkspace, ana: int) -> None:
    token = enter(workspace, WORD).token
    with workspace.env(user=Who(ana, "Ana", EMAIL)) as env:
        api = tokens.create(env, "script", ["read"])
        secret = second_factor.begin(env).secret
        codes = second_factor.confirm(env, secret, pyotp.TOTP(secret).now(), WORD)

    with workspace.env() as env:
        everything = "\n".join(
            str(dict(row._mapping))
            for name in ("session", "api_token", "recovery_code", "audit", "login_attempt", "user")
            for row in env.session.execute(select(env.registry.model(f"core.{name}").__table__))
        )
        changes = [str(found) for found in env.session.scalars(select(env[Audit].changes))]
    for found in (
        token,
        api,
        WORD,
        EMAIL.join(("account:", "")),
        *codes,
        *(code.replace("-", "") for code in codes),
    ):
        assert found not in everything
    assert not [found for found in changes if secret in found]


def test_a_session_is_over_when_it_is_ended_revoked_or_old(workspace: LiveWorkspace, ana: int) -> None:
    with workspace.env() as env:
        env.add(UserCompany, user_id=ana, company_id=env.company.id)
    one, two, old, oldest = (enter(workspace, WORD).token for _ in range(4))

    def who(token: str) -> Any:
        with workspace.env() as env:
            found = sessions.find(env.scope.connection, token)
            return found and found.who.id

    assert [who(token) for token in (one, two, old, oldest, "made up")] == [ana, ana, ana, ana, None]
    with workspace.env() as env:
        first = sessions.find(env.scope.connection, one)
        assert first is not None
        sessions.end(env, first.session_id)
        aged = env.session.scalars(
            select(env[Session]).where(env[Session].token_hash == sessions.hash_of(old))
        ).one()
        aged.last_seen_at = datetime.now(UTC) - timedelta(days=15)
        begun = env.session.scalars(
            select(env[Session]).where(env[Session].token_hash == sessions.hash_of(oldest))
        ).one()
        begun.created_at = datetime.now(UTC) - timedelta(days=31)
    assert [who(token) for token in (one, two, old, oldest)] == [None, ana, None, None]
    with workspace.env(user=Who(ana, roles=frozenset({"base.user"}))) as env:
        assert len(sessions.of_user(env)) == 1
    with workspace.env(user=Who(ana)) as env:
        accounts.change_password(env, WORD, "another horse battery", keep_session=None)
    assert who(two) is None


def test_nobody_ends_the_session_or_token_of_another(workspace: LiveWorkspace, ana: int) -> None:
    token = enter(workspace, WORD).token
    with workspace.env() as env:
        eve = env.add(User, name="Eve", email="eve@example.com").id
        found = sessions.find(env.scope.connection, token)
    assert found is not None
    with workspace.env(user=Who(ana, roles=frozenset({"base.user"}))) as env:
        tokens.create(env, "script", ["read"])
        mine = tokens.of_user(env)[0].id

    with workspace.env(user=Who(eve, roles=frozenset({"base.user"}))) as env:
        with refused(Exception, "already ended"):
            sessions.revoke(env, found.session_id)
        with refused(Exception, "no such token"):
            tokens.revoke(env, mine)
        assert list(sessions.of_user(env)) == []


def test_the_throttle_does_not_list_who_tried(workspace: LiveWorkspace, ana: int) -> None:
    enter(workspace, "wrong", ip="10.9.8.7")

    with workspace.env() as env:
        keys = env.session.scalars(select(env[LoginAttempt].key)).all()
    assert len(keys) == 3
    assert all(len(key) == 64 for key in keys)
