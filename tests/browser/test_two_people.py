"""Two browsers on one record: what each of them writes is kept, or asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from core.testing.browser import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace


@pytest.fixture
def workspace(with_examples: LiveWorkspace) -> LiveWorkspace:
    return with_examples


def put(page: Any, field: str, value: str) -> None:
    """Type into a field and leave it."""
    page.locator(field).fill(value)
    page.locator(field).press("Tab")


def test_different_fields_merge_and_the_same_field_names_who_was_first(browse: Callable[..., Any]) -> None:
    address = "/app/crm_sales/opportunity/2"
    with browse(name="Idriss Benali") as idriss, browse(name="Hannah Whitlock") as hannah:
        idriss.goto(address)
        hannah.goto(address)

        put(idriss, "#f-title", "Lobby, first floor")
        idriss.locator("#saved").wait_for()
        put(hannah, "#f-source", "Fair")
        hannah.locator("#saved").wait_for()
        hannah.locator("h1", has_text="Lobby, first floor").wait_for()

        put(idriss, "#f-source", "Web site")
        note = idriss.locator(".note[role=alert]", has_text="Someone else changed this")
        note.wait_for()
        assert re.search(r"Source\s+Web site\s+yours\s+Fair\s+Hannah Whitlock, \d\d:\d\d", note.inner_text())
        assert violations(idriss) == []
        note.get_by_label("Web site").check()
        note.get_by_role("button", name="Keep what is chosen").click()
        note.wait_for(state="detached")

        hannah.reload()
        assert hannah.locator("#f-source").input_value() == "Web site"
        assert hannah.locator("#f-title").input_value() == "Lobby, first floor"
