"""Two browsers on one record: what each of them writes is kept, or asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from addons.crm_sales.models import Order
from core.testing.browser import violations
from tests.crm_sales.factories import an_order

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


def test_two_people_on_different_lines_of_one_order_keep_what_both_wrote(
    browse: Callable[..., Any], workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        order = an_order(env).id
    kept = []
    with browse(name="Ada Okafor") as ada, browse(name="Ben Lindqvist") as ben:
        for page in (ada, ben):
            page.goto(f"/app/crm_sales/order/{order}")

        for turn in range(2, 17):
            for number, page in enumerate((ada, ben)):
                page.locator("[data-line]").nth(number).get_by_label("Quantity").fill(str(turn + number))
                with page.expect_response("**/lines/lines"):
                    page.keyboard.press("Control+s")
            with workspace.env() as env:
                lines = env.get(Order, order).lines
                kept.append([int(line.quantity) for line in lines[:2]])

        assert kept == [[turn, turn + 1] for turn in range(2, 17)]
