from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.testing.browser import violations

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("path", ["/settings/apps", "/settings", "/app/core/user/"])
@pytest.mark.parametrize(
    "looks", [{}, {"dark": True}, {"phone": True}, {"phone": True, "dark": True}], ids=str
)
def test_settings_are_accessible(browse: Callable[..., Any], path: str, looks: dict[str, bool]) -> None:
    with browse(**looks) as page:
        page.goto(path)

        assert page.locator("h1").count() == 1
        assert violations(page) == []


def test_a_stranger_is_asked_to_sign_in(browse: Callable[..., Any]) -> None:
    with browse(stranger=True) as page:
        page.goto("/settings/apps")

        assert page.url.partition("?")[0].endswith("/login")
        assert violations(page) == []
