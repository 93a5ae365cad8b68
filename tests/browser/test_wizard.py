"""From a fresh workspace to the first page, in a real browser, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.builtin.models import Company
from core.db import directory
from core.registry import lifecycle
from core.testing.browser import violations
from core.testing.plugin import LiveWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = {
    "en": (
        "Your company",
        "Your data",
        "Your account",
        "Write the company's name.",
        "Use 10 characters or more.",
    ),
    "fr": (
        "Votre société",
        "Vos données",
        "Votre compte",
        "Écrivez le nom de la société.",
        "Utilisez 10 caractères ou plus.",
    ),
}
PASSWORD = "a lamp in the hall"  # noqa: S105 - of an invented person


@pytest.fixture
def workspace(workspaces: Any) -> Iterator[LiveWorkspace]:
    """As the command makes it: the wizard has not run."""
    platform = workspaces.platform
    entry = lifecycle.create_workspace(platform, f"wizard_{uuid4().hex[:12]}", "New")
    yield LiveWorkspace(platform, entry)
    directory.drop(platform.server, entry.name)


@pytest.mark.parametrize(("locale", "looks"), [("en", {}), ("fr", {"phone": True, "dark": True})])
def test_the_wizard_leads_to_a_working_company(
    browse: Callable[..., Any], workspace: LiveWorkspace, locale: str, looks: dict[str, bool]
) -> None:
    company, data, account, nameless, short = WORDS[locale]
    with browse(stranger=True, locale=locale, **looks) as page:
        page.goto("/")
        assert page.locator("h1").inner_text() == company
        assert violations(page) == []
        page.locator(".setup-act .btn-primary").click()
        page.get_by_text(nameless).wait_for()
        assert violations(page) == []
        page.locator("#f-name").fill("Atelier Lumen")
        page.locator("input[name=start][value=pick]").check()
        page.locator(".setup-act .btn-primary").click()

        page.locator("h1", has_text=data).wait_for()
        assert violations(page) == []
        page.locator("input[name=app][value=catalog]").check()
        page.locator(".setup-act .btn-primary").click()

        page.locator("h1", has_text=account).wait_for()
        page.locator("#f-user_name").fill("Camille Roche")
        page.locator("#f-email").fill("camille@example.com")
        for field in ("#f-password", "#f-again"):
            page.locator(field).fill("short")
        page.locator(".setup-act .btn-primary").click()
        page.get_by_text(short).wait_for()
        assert violations(page) == []
        for field in ("#f-password", "#f-again"):
            page.locator(field).fill(PASSWORD)
        page.locator(".setup-act .btn-primary").click()

        page.wait_for_url("**/settings/apps", timeout=60_000)
        assert violations(page) == []
        assert page.locator("html").get_attribute("lang") == locale
    states = lifecycle.states(workspace.platform, workspace.entry)
    assert states == {"core": True, "base": True, "catalog": True}
    with workspace.env(reason="test") as env:
        kept = env.session.execute(select(env[Company].name, env[Company].locale)).all()
    assert [tuple(row) for row in kept] == [("Atelier Lumen", locale)]
