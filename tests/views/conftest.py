from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.env import Env, Who
from core.security.models import User
from core.testing.statements import Statements, counting
from core.testing.workspaces import Workspaces, platform_for_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from core.platform import Platform

ADDONS = Path(__file__).parents[1] / "addons"


@pytest.fixture(scope="session")
def platform() -> Platform:
    """A platform that also finds the sample addons."""
    return platform_for_tests([ADDONS])


@pytest.fixture(scope="session")
def workspaces(platform: Platform) -> Iterator[Workspaces]:
    made = Workspaces(platform)
    yield made
    made.close()


@pytest.fixture
def statements(platform: Platform) -> Callable[[], AbstractContextManager[Statements]]:
    return lambda: counting(platform.server.engine)


@pytest.fixture
def clerk(workspaces: Workspaces) -> Iterator[Env]:
    """The Env of someone with a role, record rules and no field group, in a transaction that is rolled
    back."""
    who = Who(
        id=990_001, name="Idriss Benali", email="idriss@example.com", roles=frozenset({"sample_shop.clerk"})
    )
    with workspaces.rolled_back(("sample_shop",), user=who) as env:
        with env.system("test data") as system:
            system.add(User, id=who.id, name=who.name, email=who.email)
        yield env
