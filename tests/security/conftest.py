from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.builtin.models import Company
from core.env import Env, Who
from core.platform import Platform
from core.registry.discovery import discover
from core.security.access import access_of
from core.security.models import User, UserCompany
from core.testing.workspaces import Workspaces

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).parents[1] / "addons"
VAULT = ("sample_vault",)
if str(SAMPLES) not in sys.path:
    sys.path.append(str(SAMPLES))


@pytest.fixture(scope="session")
def vaults(platform: Platform) -> Iterator[Workspaces]:
    """Makes workspaces with the sample addon whose rows are worth hiding."""
    made = Workspaces(Platform(platform.server, discover(folders=[SAMPLES], only=VAULT)))
    yield made
    made.close()


class Vault:
    """A workspace with two companies and three users, all in one transaction."""

    def __init__(self, env: Env) -> None:
        self.system = env
        self.here = env.company.id
        self.there = env.add(Company, name="Kervran").id
        self.ana, self.ben, self.eve = (
            env.add(User, name=name, email=f"{name}@example.com").id for name in ("Ana", "Ben", "Eve")
        )
        for user_id in (self.ana, self.ben, self.eve):
            env.add(UserCompany, user_id=user_id, company_id=self.here)

    def as_(self, user_id: int, *roles: str, companies: tuple[int, ...] = ()) -> Env:
        """An Env of a user in the same transaction."""
        self.system.session.flush()
        chosen = companies or (self.here,)
        scope = self.system.scope
        who = Who(user_id, "Someone", "someone@example.com", roles=frozenset(roles))
        scope = replace(scope, user=who, company_id=chosen[0], company_ids=chosen, version=0)
        return Env(scope, access_of(scope.registry, who.roles, everything=False))

    def seller(self, user_id: int = 0, **options: Any) -> Env:
        """Ana, who sees her own deals and small ones."""
        return self.as_(user_id or self.ana, "sample_vault.seller", **options)

    def boss(self, **options: Any) -> Env:
        """Ben, who sees all deals of the company, and their margin."""
        return self.as_(self.ben, "sample_vault.boss", **options)


@pytest.fixture
def vault(vaults: Workspaces) -> Iterator[Vault]:
    with vaults.rolled_back(VAULT) as env:
        yield Vault(env)


@contextmanager
def refused(error: type[Exception], words: str = "", inside: Env | None = None) -> Iterator[None]:
    """The block is refused in these words. ``inside`` an Env, only its savepoint is rolled back."""
    with pytest.raises(error) as caught, inside.session.begin_nested() if inside else nullcontext():
        yield
    assert words in str(caught.value)
    if inside:
        inside.session.expunge_all()
