"""Open pages of one browser hear of changes through one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from addons.base.models import Party
from core.web.events import announcing

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

HIDE = """
Object.defineProperty(document, "hidden", { value: true, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));
"""
SHOW = HIDE.replace("true, c", "false, c")
COUNT = """
const watcher = document.createElement("i");
watcher.dataset.watch = "base.party";
watcher.addEventListener("changed", () => { window.heard = (window.heard || 0) + 1; });
document.body.append(watcher);
"""


@pytest.mark.addons("base")
def test_pages_of_one_browser_share_a_stream_and_a_hidden_one_holds_none(
    browse: Callable[..., Any], workspace: LiveWorkspace
) -> None:
    streams: list[Any] = []

    def wait_for_streams(page: Any, *pages: Any) -> None:
        for _ in range(100):
            if streams == [*pages]:
                break
            page.wait_for_timeout(50)
        page.wait_for_timeout(300)
        assert streams == [*pages]

    def note_stream(request: Any) -> None:
        if request.resource_type == "eventsource":
            streams.append(request.frame.page)

    with browse() as first:
        context = first.context
        context.on(
            "request", lambda one: streams.append(one.frame.page) if one.resource_type == "eventsource" else 0
        )
        first.goto("/app/base/party/")
        wait_for_streams(first, first)
        second = context.new_page()
        second.goto("/app/base/party/")
        wait_for_streams(second, first)
        for page in (first, second):
            page.evaluate(COUNT)

        with workspace.env() as env, announcing(env):
            env.add(Party, name="Kesselring")
        for page in (first, second):
            page.wait_for_function("window.heard === 1")

        first.evaluate(HIDE)
        wait_for_streams(second, first, second)
        second.evaluate(HIDE)
        first.evaluate(SHOW)
        wait_for_streams(first, first, second, first)
