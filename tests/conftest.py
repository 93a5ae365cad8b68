"""Fixtures of every test, and the long stories first: begun last, one process would end alone with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["core.testing.plugin", "tests.webhooks.receiver"]

LONG = (
    "tests/test_subsets.py",
    "tests/journeys/test_kill.py",
    "tests/journeys/test_northwind.py",
    "tests/security/test_every_route.py",
    "tests/docs/test_tutorial.py",
    "tests/journeys/test_random_walk.py",
    "tests/cli",
    "tests/browser",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of LONG before the others, in its order."""

    def place(item: pytest.Item) -> int:
        fits = (n for n, start in enumerate(LONG) if item.nodeid.startswith(start))
        return next(fits, len(LONG))

    items.sort(key=place)
