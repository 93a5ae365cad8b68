"""Answers that come late, keys pressed twice: what was typed since stays, and one record is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from addons.base.models import Party
from tests.crm_sales.factories import a_quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

LINE = "[data-lines] [data-line]"


@pytest.fixture
def workspace(with_examples: LiveWorkspace) -> LiveWorkspace:
    return with_examples


@pytest.fixture
def quote(workspace: LiveWorkspace) -> str:
    """The address of a draft with two lines."""
    with workspace.env() as env:
        return f"/app/crm_sales/quote/{a_quote(env).id}"


@pytest.fixture
def visit(browse: Callable[..., Any]) -> Callable[..., Any]:
    """A browser for another administrator each time: the tests share one workspace."""
    return lambda: browse(name=f"Camille {uuid4().hex[:8]}")


HOLD = """ending => {
  const now = window.fetch;
  window.late = { ending, kept: [] };
  window.fetch = async (address, options) => {
    const answer = await now(address, options);
    if (late.ending && new URL(address, location.href).pathname.endsWith(late.ending))
      await new Promise((resolve, reject) => {
        late.kept.push(resolve);
        options.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      });
    return answer;
  };
}"""


class Late:
    """Answers of addresses that end so: the server gives them at once, the page gets them later."""

    def __init__(self, page: Any, ending: str) -> None:
        self.page = page
        page.evaluate(HOLD, ending)

    def wait(self, number: int = 1) -> None:
        """Until so many answers are there."""
        self.page.wait_for_function("number => late.kept.length >= number", arg=number)

    def arrive(self) -> None:
        """What was kept reaches the page; later answers come without delay."""
        self.page.evaluate("late.ending = ''; late.kept.forEach((resolve) => resolve());")
        self.page.wait_for_timeout(300)


def put(page: Any, field: str, value: str) -> None:
    page.locator(field).fill(value)
    page.locator(field).press("Tab")


def test_a_late_preview_of_a_new_record_leaves_what_was_typed_since(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/crm_sales/quote/new")
        late = Late(page, "/new/preview")
        page.locator("#f-party").click()
        page.locator("[role=option]").first.click()
        late.wait()

        page.get_by_role("button", name="Add a note").click()
        page.keyboard.type("In the morning")
        page.locator(".line-note").wait_for()
        late.arrive()

        assert page.locator(".line-note input[name$=description], .line-note textarea").input_value() == (
            "In the morning"
        )
        page.keyboard.press("Tab")
        page.locator(".line-note .line-acts").wait_for()
        page.wait_for_timeout(300)
        assert page.locator(".line-note input[name$=description], .line-note textarea").input_value() == (
            "In the morning"
        )
        assert page.locator("#f-party").input_value() != ""


def test_a_late_preview_leaves_the_errors_of_a_refused_form(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/crm_sales/quote/new")
        late = Late(page, "/new/preview")
        page.get_by_role("button", name="Add a note").click()
        page.keyboard.type("In the morning")
        page.keyboard.press("Tab")
        late.wait()

        page.keyboard.press("Control+s")
        page.locator("[aria-invalid=true]").first.wait_for()
        wrong = page.locator("[aria-invalid=true]").count()
        late.arrive()

        assert page.locator("[aria-invalid=true]").count() == wrong
        put(page, ".line-note input[name$=description], .line-note textarea", "In the evening")
        page.wait_for_timeout(500)
        assert page.locator("[aria-invalid=true]").count() == wrong


def test_a_late_preview_of_lines_leaves_later_rows_and_is_asked_again(
    visit: Callable[..., Any], quote: str
) -> None:
    with visit() as page:
        page.goto(quote)
        rows = page.locator(LINE)
        before, total = rows.count(), page.locator(".totals dd").last.inner_text()
        late = Late(page, "/lines/lines/preview")
        rows.first.get_by_label("Quantity").fill("77")
        page.keyboard.press("Tab")
        late.wait()

        page.get_by_role("button", name="Add a note").click()
        page.keyboard.type("In the morning")
        late.arrive()
        assert (rows.count(), page.locator(".totals dd").last.inner_text()) == (before + 1, total)

        page.keyboard.press("Tab")
        page.locator(".totals dd").last.filter(has_not_text=total).wait_for()
        assert rows.count() == before + 1
        assert rows.first.get_by_label("Quantity").input_value() == "77"


def test_a_late_preview_does_not_bring_back_rows_that_were_saved(
    visit: Callable[..., Any], quote: str
) -> None:
    with visit() as page:
        page.goto(quote)
        rows = page.locator(LINE)
        before = rows.count()
        late = Late(page, "/lines/lines/preview")
        page.get_by_role("button", name="Add a note").click()
        page.keyboard.type("Ring twice")
        page.keyboard.press("Tab")
        late.wait()

        page.keyboard.press("Control+s")
        page.locator("#saved").wait_for()
        late.arrive()
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)

        page.reload()
        assert rows.count() == before + 1


def test_a_field_that_is_saved_late_leaves_unsaved_lines_and_later_typing(
    visit: Callable[..., Any], quote: str
) -> None:
    with visit() as page:
        page.goto(quote)
        rows = page.locator(LINE)
        before = rows.count()
        page.get_by_role("button", name="Add a note").click()
        page.keyboard.type("By the side door")
        page.keyboard.press("Tab")
        page.wait_for_timeout(300)
        late = Late(page, "/set")
        put(page, "#f-valid_until", "31/12/2030")
        late.wait()

        page.locator("textarea[name=body]").fill("Half a thought")
        late.arrive()
        page.locator("#saved").wait_for()

        assert rows.count() == before + 1
        assert page.locator("textarea[name=body]").input_value() == "Half a thought"


def test_ctrl_s_twice_makes_one_record(visit: Callable[..., Any], workspace: LiveWorkspace) -> None:
    name = f"Kervran {uuid4().hex[:8]}"
    with visit() as page:
        page.goto("/app/base/party/new")
        page.locator("#f-name").fill(name)

        page.keyboard.press("Control+s")
        page.keyboard.press("Control+s")
        page.locator("h1", has_text=name).wait_for()

    with workspace.env() as env:
        model = env[Party]
        assert env.session.scalar(select(func.count()).where(model.name == name)) == 1


def test_ctrl_s_twice_keeps_new_lines_once(visit: Callable[..., Any], quote: str) -> None:
    with visit() as page:
        page.goto(quote)
        rows = page.locator(LINE)
        before = rows.count()
        page.get_by_role("button", name="Add a note").click()
        page.keyboard.type("Leave it at the door")
        late = Late(page, "/lines/lines")
        page.keyboard.press("Control+s")
        late.wait()
        page.keyboard.type(", please")
        page.keyboard.press("Control+s")
        late.arrive()
        page.wait_for_timeout(800)

        page.reload()
        assert rows.count() == before + 1
        assert rows.last.locator("input:not([type=hidden]), textarea").input_value() == (
            "Leave it at the door, please"
        )
