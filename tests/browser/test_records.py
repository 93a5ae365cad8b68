"""Lists, boards and forms of the real apps with their examples, by keyboard and by mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from core.testing.browser import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

PAGES = (
    "/my/activities",
    "/app/base/party/",
    "/app/base/party/1",
    "/app/base/party/new",
    "/app/crm_sales/opportunity/",
    "/app/crm_sales/opportunity/?view=kanban",
    "/app/crm_sales/opportunity/?view=calendar",
    "/app/crm_sales/opportunity/?view=chart",
    "/app/crm_sales/dashboard/sales",
    "/app/crm_sales/quote/1",
    "/app/crm_sales/quote/new",
    "/app/catalog/product/",
    "/app/erp_accounting/invoice/?list=customers",
    "/app/erp_accounting/entry/",
    "/accounting",
    "/app/erp_orders/order/",
    "/app/erp_stock/shipment/?list=deliveries",
    "/app/erp_stock/quant/",
    "/bridge",
)


@pytest.fixture
def workspace(with_examples: LiveWorkspace) -> LiveWorkspace:
    return with_examples


@pytest.fixture
def visit(browse: Callable[..., Any]) -> Callable[..., Any]:
    """A browser for another administrator each time: the tests share one workspace."""
    return lambda **looks: browse(name=f"Camille {uuid4().hex[:8]}", **looks)


@pytest.mark.parametrize(
    "looks", [{}, {"phone": True, "dark": True, "locale": "fr"}], ids=["desk", "phone, dark, French"]
)
def test_every_page_is_accessible_and_fits(visit: Callable[..., Any], looks: dict[str, Any]) -> None:
    with visit(**looks) as page:
        for path in PAGES:
            answer = page.goto(path)

            assert (path, answer.status) == (path, 200)
            assert (path, violations(page)) == (path, [])
            assert (path, page.locator("h1").count()) == (path, 1)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_list_is_walked_selected_and_opened_by_keys(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/base/party/?all=1")
        page.keyboard.press("j")
        page.keyboard.press("j")
        name = page.locator("[data-row] a:focus").inner_text()
        page.keyboard.press("x")
        page.locator("[data-bulk] [data-bulk-count]", has_text="1 selected").wait_for()
        page.keyboard.press("Escape")
        page.locator("[data-bulk]").wait_for(state="hidden")

        page.keyboard.press("o")

        page.locator("h1", has_text=name).wait_for()


def test_a_card_moves_by_keys(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/crm_sales/opportunity/?view=kanban")
        card = page.locator(".lane").nth(0).locator(".deal[data-id]").first
        identity = card.get_attribute("id")
        card.locator("a").first.focus()

        page.keyboard.press("m")
        page.locator(".menu:popover-open :focus").wait_for()
        page.keyboard.press("2")

        page.locator(".lane").nth(1).locator(f"#{identity}").wait_for()


def wait_for_dragging(page: Any) -> None:
    """Until the dragging script, which comes when a board or grip is first touched, holds its elements."""
    holds = (
        "() => [...document.querySelectorAll('*')].some("
        "element => Object.keys(element).some(key => key.startsWith('Sortable')))"
    )
    for _ in range(100):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    pytest.fail("The dragging script did not come.")


def test_a_card_moves_by_the_mouse(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/crm_sales/opportunity/?view=kanban")
        card = page.locator(".lane").nth(1).locator(".deal[data-id]").first
        identity = card.get_attribute("id")
        page.locator("[data-board]").hover()
        wait_for_dragging(page)
        start, target = card.bounding_box(), page.locator(".lane").nth(2).bounding_box()

        page.mouse.move(start["x"] + 60, start["y"] + 42)
        page.mouse.down()
        page.wait_for_timeout(250)
        for step in range(1, 11):
            x = start["x"] + 60 + (target["x"] + 80 - start["x"] - 60) * step / 10
            page.mouse.move(x, start["y"] + 42 + 4 * step)
        page.mouse.up()

        page.locator(".lane").nth(2).locator(f"#{identity}").wait_for()


def test_a_line_is_added_by_typing_and_enter_goes_down(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/crm_sales/quote/1")
        rows = page.locator("[data-lines] [data-line]")
        before = rows.count()
        page.locator("[data-lines] [role=combobox]").last.click()
        page.keyboard.type("orla")
        page.locator("[data-lines] [role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        rows.nth(before).wait_for()

        rows.nth(before - 1).get_by_label("Quantity").focus()
        page.keyboard.press("Enter")
        rows.nth(before).locator("input[aria-label^=Quantity]:focus").wait_for()
        page.keyboard.press("Enter")
        page.locator("[data-line-picker] input[role=combobox]:focus").wait_for()


def test_a_section_and_a_note_are_written_moved_and_kept(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/crm_sales/quote/1")
        before = page.locator("[data-line]").count()
        page.get_by_role("button", name="Add a section").click()
        page.keyboard.type("Ground floor")
        page.keyboard.press("Tab")
        section = page.locator(".line-section")
        section.locator("td.num.strong", has_text="0.00").wait_for()
        page.get_by_role("button", name="Add a note").click()
        page.keyboard.type("In the morning")
        page.keyboard.press("Tab")
        page.locator(".line-note [data-line-remove]").wait_for()

        section.locator("[data-line-grip]").focus()
        for _move in range(before):
            page.keyboard.press("ArrowUp")
        page.locator("[data-line]:nth-child(1).line-section").wait_for()
        section.locator("td.num.strong", has_not_text="€0.00").wait_for()
        assert violations(page) == []
        page.keyboard.press("Control+s")
        page.locator("#saved").wait_for()

        page.reload()
        kinds = [row.get_attribute("class") for row in page.locator("[data-line]").all()]
        assert kinds == ["line-section", *[None] * before, "line-note"]
        subtotal = page.locator(".line-section td.num.strong").inner_text()
        assert subtotal in page.locator(".totals dd").all_inner_texts()


def test_a_line_is_dragged_to_another_place(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/crm_sales/quote/1")
        names = [name.split("\t")[0] for name in page.locator("[data-line]").all_inner_texts()]
        first = page.locator("[data-line]").first
        first.hover()
        grip, third = first.locator("[data-line-grip]"), page.locator("[data-line]").nth(2)
        grip.hover()
        wait_for_dragging(page)
        start, target = grip.bounding_box(), third.bounding_box()
        page.mouse.down()
        for step in range(1, 11):
            y = start["y"] + 10 + (target["y"] + target["height"] - start["y"] - 16) * step / 10
            page.mouse.move(start["x"] + 10, y)
        page.mouse.up()

        page.locator("[data-line]:nth-child(3)", has_text=names[0]).wait_for()
        moved = [name.split("\t")[0] for name in page.locator("[data-line]").all_inner_texts()]
        assert moved == [*names[1:3], names[0], *names[3:]]


def test_a_record_from_a_list_says_its_place_and_is_starred(visit: Callable[..., Any]) -> None:
    with visit() as page:
        page.goto("/app/erp_accounting/invoice/?list=customers&sort=-total")
        page.locator("[data-row] a").nth(1).click()
        page.locator("nav[aria-label='In the list']", has_text="2 of").wait_for()
        name = page.locator("h1").inner_text()

        page.get_by_role("button", name=f"Favourite: {name}").click()
        page.locator("#favourites a", has_text=name).wait_for()
        page.locator("a[rel=next]").click()
        page.locator("nav[aria-label='In the list']", has_text="3 of").wait_for()
        page.keyboard.press("Control+k")
        page.locator("#palette[open]").wait_for()
        page.keyboard.type(name)
        page.locator("#palette [role=option]", has_text="Favourites").click()

        page.locator("h1", has_text=name).wait_for()
        assert violations(page) == []
