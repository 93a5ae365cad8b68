from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.views.models import Favourite
from core.web.favourites import MOST, cleaned

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("base")
LIST = "/app/base/party/?f=active%3Ayes"


def starred(page: str) -> list[str]:
    """What stands under Favourites in the side bar."""
    block = page.partition('id="favourites"')[2].partition("</div>")[0]
    return re.findall(r'<span class="clip">([^<]*)</span>', block)


def test_a_starred_page_stands_in_the_side_bar_until_the_star_is_taken_away(client: Visitor) -> None:
    form = {"url": f"{LIST}&after=abc&start=51", "label": "Something"}
    before = client.get(LIST).text
    named = re.search(r"<title>(.*?) · Passerelle</title>", before)
    assert (starred(before), named is not None) == ([], True)

    kept = client.post("/favourites", form, partial=True)

    assert ('star" aria-pressed="true"' in kept.text, starred(kept.text)) == (True, ["Something"])
    page = client.get(LIST).text
    assert 'href="/app/base/party/?f=active%3Ayes"' in page
    assert starred(client.get("/my/activities").text) == [named[1]], "what the page calls itself"
    assert 'star" aria-pressed="true"' not in client.get("/app/base/party/?all=1").text

    gone = client.post("/favourites", {"url": LIST, "label": "Contacts"}, partial=True)

    assert ('star" aria-pressed="true"' in gone.text, starred(gone.text)) == (False, [])


def test_a_record_is_one_favourite_however_it_was_reached(client: Visitor, workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        party = env.add(env.registry.model("base.party"), name="Hôtel des Tilleuls").id
    page = f"/app/base/party/{party}"
    client.post("/favourites", {"url": f"{page}?in=sort%3Dname", "label": "Hôtel"}, partial=True)

    assert 'star" aria-pressed="true"' in client.get(f"{page}?view=details").text
    assert starred(client.get("/my/activities").text) == ["Hôtel des Tilleuls"]


def test_everybody_has_their_own(client: Visitor, visitor: Callable[..., Visitor]) -> None:
    client.post("/favourites", {"url": LIST, "label": "Contacts"}, partial=True)

    other = visitor("Idriss Benali", roles=["base.user"])

    assert starred(other.get("/my/activities").text) == []
    assert other.post("/favourites", {"url": LIST, "label": "Mine"}).headers["location"] == LIST
    assert starred(other.get("/my/activities").text) == ["Mine"]
    assert starred(client.get("/my/activities").text) == ["Contacts"]


def test_there_is_an_end_to_favourites(client: Visitor, workspace: LiveWorkspace) -> None:
    for number in range(MOST):
        client.post("/favourites", {"url": f"/app/base/party/?q={number}", "label": "x"}, partial=True)

    refused = client.post("/favourites", {"url": "/my/activities", "label": "Activities"}, partial=True)

    assert (refused.status_code, "You have 30 favourites." in refused.text) == (409, True)
    with workspace.env() as env:
        assert env.session.query(env[Favourite]).count() == MOST


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://elsewhere.example/",
        "//elsewhere.example/x",
        "app/base",
        "/app/base/party/new",
        "/" * 1200,
    ],
)
def test_only_pages_of_this_site_are_kept(client: Visitor, url: str) -> None:
    client.post("/favourites", {"url": url, "label": "x"}, partial=True)

    assert starred(client.get("/my/activities").text) == []


@given(st.text())
def test_what_is_kept_is_a_path_of_this_site_and_stays_as_it_is(url: str) -> None:
    kept = cleaned(url)

    assert kept == "" or (kept.startswith("/") and not kept.startswith("//"))
    assert cleaned(kept) == kept
