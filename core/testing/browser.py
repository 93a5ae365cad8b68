"""A real browser on a real server: Playwright drives Debian's Chromium."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from core.db.directory import WorkspaceEntry
    from core.testing.web import Person

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of PASSERELLE_CHROMIUM, else Debian's."""
    from playwright.sync_api import sync_playwright  # imported only where a browser test runs

    path = os.environ.get("PASSERELLE_CHROMIUM", "/usr/bin/chromium")
    if not path or not Path(path).exists():
        pytest.skip("There is no Chromium on this machine: sudo apt install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def visit(
    browser: Browser,
    port: str,
    workspace: WorkspaceEntry,
    person: Person | None = None,
    *,
    phone: bool = False,
    dark: bool = False,
    locale: str = "en-GB",
) -> Iterator[Page]:
    """A page of a fresh browser profile, signed in as a person."""
    base = f"http://{workspace.name}.localhost:{port}"
    context: BrowserContext = browser.new_context(
        base_url=base,
        viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
        has_touch=phone,
        color_scheme="dark" if dark else "light",
        locale=locale,
        reduced_motion="reduce",
    )
    if person:
        context.add_cookies([{"name": "session", "value": person.token, "url": base, "httpOnly": True}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if _is_fault(message) else None)
    try:
        yield page
        assert errors == [], f"The page reported: {errors}"
    finally:
        context.close()


def _is_fault(message: Any) -> bool:
    """Script and policy errors; an answer of 4xx is the server's business and expected in tests of
    refusals."""
    return message.type == "error" and "Failed to load resource" not in message.text


def violations(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 A and AA: rule, and the element it is about."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{violation['id']}: {json.dumps(node['target'])} {node.get('failureSummary', '')[:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
