"""Apps, keys, menus and dialogs in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.builtin.models import Company, Workspace
from core.db import directory
from core.registry import lifecycle
from core.testing.browser import violations
from core.testing.plugin import LiveWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES = (
    "/profile",
    "/settings/users/new",
    "/settings/company",
    "/settings/webhooks",
    "/settings/audit",
    "/about/states",
)


@pytest.fixture
def workspace(workspaces: Any) -> Iterator[LiveWorkspace]:
    """Made by migrations as a real one is, so that apps can be turned on in it."""
    platform = workspaces.platform
    entry = lifecycle.create_workspace(platform, f"apps_{uuid4().hex[:12]}", "Atelier Lumen")
    with platform.env(entry, reason="test") as env:
        env.add(Company, name="Atelier Lumen")
        env.session.scalars(select(env[Workspace])).one().ready_at = env.now()
        lifecycle.bump(env)
    yield LiveWorkspace(platform, entry)
    directory.drop(platform.server, entry.name)


@pytest.mark.parametrize("looks", [{}, {"dark": True, "phone": True}, {"locale": "fr"}], ids=str)
def test_core_pages_are_accessible_and_fit(browse: Callable[..., Any], looks: dict[str, Any]) -> None:
    with browse(**looks) as page:
        for path in PAGES:
            page.goto(path)

            assert (path, violations(page)) == (path, [])
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Catalog", "Enable Catalog", "Catalog enabled.", "Undo", "Catalog disabled.")),
        (
            "fr",
            ("Catalogue", "Activer Catalogue", "activée\u00a0: Catalogue", "Annuler", "désactivée"),
        ),
    ],
)
def test_an_app_is_previewed_enabled_and_undone(
    browse: Callable[..., Any], locale: str, words: tuple[str, ...]
) -> None:
    name, enable, enabled, undo, disabled = words
    with browse(locale=locale) as page:
        page.goto("/settings/apps")
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("button", name=enable).click()

        page.locator(".toast-x", has_text=enabled).wait_for()
        assert violations(page) == []
        page.locator(".toast-x").get_by_role("button", name=undo).click()
        page.locator(".toast-x", has_text=disabled).wait_for()


def test_cards_follow_what_is_typed(browse: Callable[..., Any]) -> None:
    with browse() as page:
        page.goto("/settings/apps")
        page.keyboard.press("/")
        page.keyboard.type("ledger")

        page.locator("#apps .app").nth(1).wait_for(state="detached")
        assert page.locator("#apps .app a.strong").all_inner_texts() == ["Accounting"]


def test_menus_open_by_key_and_give_the_focus_back(browse: Callable[..., Any]) -> None:
    with browse() as page:
        page.goto("/settings")
        opener = page.locator("[popovertarget=me]")
        opener.focus()
        page.keyboard.press("Enter")
        page.locator("#me:popover-open").wait_for()
        page.locator("[role=menuitem]:focus").wait_for()

        page.keyboard.press("ArrowDown")
        second = page.evaluate("document.activeElement.textContent.trim()")
        page.keyboard.press("Escape")

        assert second == "Keyboard shortcuts"
        assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == "me"


def test_keys_walk_the_rows_and_show_their_sheet(browse: Callable[..., Any]) -> None:
    with browse() as page:
        page.goto("/settings")
        page.keyboard.press("j")
        page.locator("a:focus", has_text="Apps").wait_for()
        page.keyboard.press("j")
        page.locator("a:focus", has_text="Companies").wait_for()

        page.keyboard.press("?")
        page.locator("dialog#keys[open]").wait_for()
        assert violations(page) == []


def test_the_palette_finds_pages_and_opens_them(browse: Callable[..., Any]) -> None:
    with browse() as page:
        page.goto("/profile")
        page.keyboard.press("Control+k")
        page.keyboard.type("settings")
        page.locator("#palette [role=option][aria-selected=true]").wait_for()
        page.locator("#palette [role=option]", has_text="Company settings").click()

        page.wait_for_url("**/settings/company")
        assert page.locator("h1").inner_text() == "Companies"


def test_single_keys_can_be_switched_off(browse: Callable[..., Any]) -> None:
    with browse() as page:
        page.goto("/profile")
        page.get_by_label("Single keys are shortcuts").uncheck()
        page.get_by_role("button", name="Save your profile").click()
        page.locator(".toast-x", has_text="Profile saved.").wait_for()

        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")

        assert page.locator("dialog#keys[open]").count() == 0


def test_leaving_what_is_not_saved_asks_first(browse: Callable[..., Any]) -> None:
    with browse() as page:
        asked: list[str] = []
        page.goto("/profile")
        page.get_by_label("Name", exact=True).fill("Someone else")
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

        page.get_by_role("link", name="Settings", exact=True).click()
        page.wait_for_url("**/settings")

        assert asked == ["beforeunload"]


def test_removing_needs_the_name_and_says_what_goes(browse: Callable[..., Any]) -> None:
    with browse() as page:
        page.goto("/settings/apps?app=catalog")
        page.get_by_role("button", name="Enable Catalog").click()
        page.get_by_role("button", name="Disable Catalog").click()
        page.locator(".toast-x", has_text="Catalog disabled.").wait_for()
        page.get_by_role("link", name="Remove the data of Catalog…").click()

        assert violations(page) == []
        page.get_by_label("Type catalog to confirm").fill("catalog")
        page.get_by_role("button", name="Export and remove").click()
        page.locator(".toast-x", has_text="Catalog removed.").wait_for(timeout=40_000)
        page.get_by_role("button", name="Bring Catalog back").click()
        page.locator(".toast-x", has_text="Catalog is back with its data.").wait_for(timeout=40_000)
