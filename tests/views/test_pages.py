from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from core.testing.web import Visitor, a_person, visiting
from tests.views.factories import Deal, Line, a_customer, a_deal, a_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("sample_shop")
DEALS = "/app/sample_shop/deal/"


@pytest.fixture(scope="module")
def app(platform: Platform) -> Iterator[Any]:
    with visiting(platform) as application:
        yield application


@pytest.fixture
def shop(workspace: LiveWorkspace) -> dict[str, int]:
    """A deal with two lines."""
    with workspace.env() as env:
        customer = a_customer(env)
        deal = a_deal(env, title="Lobby", customer=customer)
        a_line(env, deal, customer=customer, position=1)
        a_line(env, deal, customer=customer, position=2, description="Lamp")
        return {"deal": deal.id, "customer": customer.id}


@pytest.fixture
def camille(app: Any, workspace: LiveWorkspace, platform: Platform) -> Visitor:
    return Visitor(app, workspace.entry, a_person(platform, workspace.entry))


def was(page: str) -> dict[str, str]:
    """What the inputs of the first block of fields held when the page was drawn."""
    from html import unescape

    found = re.search(r'name="was" value="([^"]*)"', page)
    assert found is not None
    return json.loads(unescape(found[1]))  # type: ignore[no-any-return]  # a composed class is Any to the checker


def test_the_ways_of_showing_a_model_all_answer(camille: Visitor, shop: dict[str, int]) -> None:
    addresses = (
        DEALS,
        f"{DEALS}?all=1",
        f"{DEALS}?view=kanban",
        f"{DEALS}?view=calendar",
        f"{DEALS}?view=chart",
        f"{DEALS}?group=customer&fold=1",
        f"{DEALS}?group=close_date&group=stage&sort=-customer",
        f"{DEALS}new",
        f"{DEALS}{shop['deal']}",
        f"{DEALS}import",
        "/app/sample_shop/dashboard/shop",
        f"{DEALS}filter/customer?all=1",
        f"{DEALS}suggest?typed=new",
        f"{DEALS}options/customer?q=bras",
        f"{DEALS}options/lines.customer?q=bras",
        "/search?q=lobby",
    )

    answers = {address: camille.get(address).status_code for address in addresses}

    assert set(answers.values()) == {200}, answers


def test_a_model_that_nobody_declares_is_not_found(camille: Visitor) -> None:
    assert camille.get("/app/sample_shop/nonsense/").status_code == 404
    assert camille.get("/app/nonsense/deal/").status_code == 404
    assert camille.get(f"{DEALS}999999").status_code == 404


@pytest.mark.addons
def test_a_model_of_a_disabled_addon_is_not_found(camille: Visitor) -> None:
    assert camille.get(DEALS).status_code == 404


def test_a_field_is_saved_by_itself(camille: Visitor, shop: dict[str, int], workspace: LiveWorkspace) -> None:
    address = f"{DEALS}{shop['deal']}"
    before = was(camille.get(address).text)

    saved = camille.post(
        f"{address}/set", {**before, "title": "Lobby and bar", "was": json.dumps(before)}, partial=True
    )

    assert saved.status_code == 200
    assert "saved" in json.loads(saved.headers["HX-Trigger"])
    with workspace.env() as env:
        assert env.get(Deal, shop["deal"]).title == "Lobby and bar"


def test_different_fields_merge_and_the_same_field_asks(
    camille: Visitor, shop: dict[str, int], workspace: LiveWorkspace
) -> None:
    address = f"{DEALS}{shop['deal']}"
    before = was(camille.get(address).text)
    with workspace.env() as env:
        deal = env.get(Deal, shop["deal"])
        deal.title, deal.probability = "Theirs", 50

    merged = camille.post(
        f"{address}/set", {**before, "notes": "Mine", "was": json.dumps(before)}, partial=True
    )
    asked = camille.post(
        f"{address}/set", {**before, "title": "Mine", "was": json.dumps(before)}, partial=True
    )

    assert (merged.status_code, asked.status_code) == (200, 409)
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", asked.text.partition('role="alert" hx-post')[2]))
    assert re.search(r"Title Mine yours Theirs Passerelle, \d\d:\d\d Keep what is chosen", shown)
    with workspace.env() as env:
        deal = env.get(Deal, shop["deal"])
        assert (deal.title, deal.notes, deal.probability) == ("Theirs", "Mine", 50)


@pytest.mark.parametrize(("kept", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_what_is_chosen_in_a_conflict_is_kept(
    camille: Visitor, shop: dict[str, int], workspace: LiveWorkspace, kept: str, title: str
) -> None:
    address = f"{DEALS}{shop['deal']}"
    with workspace.env() as env:
        env.get(Deal, shop["deal"]).title = "Theirs"
    form = {"keep.title": kept, "mine.title": "Mine", "was": json.dumps({"title": "Theirs"})}

    answer = camille.post(f"{address}/set", form, partial=True)

    assert answer.status_code == 200
    with workspace.env() as env:
        assert env.get(Deal, shop["deal"]).title == title


def test_a_refused_field_keeps_what_was_typed_beside_its_sentence(
    camille: Visitor, shop: dict[str, int]
) -> None:
    address = f"{DEALS}{shop['deal']}"
    before = was(camille.get(address).text)

    refused = camille.post(
        f"{address}/set", {**before, "close_date": "soon", "was": json.dumps(before)}, partial=True
    )

    assert refused.status_code == 422
    assert 'value="soon"' in refused.text
    assert "Write a date like" in refused.text
    assert 'aria-describedby="f-close_date-e"' in refused.text


def test_a_new_record_is_made_with_its_lines_at_once(
    camille: Visitor, shop: dict[str, int], workspace: LiveWorkspace
) -> None:
    form = {
        "title": "New",
        "customer": str(shop["customer"]),
        "expected": "1,234.5",
        "currency": "EUR",
        "probability": "10",
        "was": "{}",
        "lines.n1.customer": str(shop["customer"]),
        "lines.n1.quantity": "2",
        "lines.n1.price": "10.5",
        "lines.n1.position": "1",
        "lines.n1.picked": "1",
    }

    shown = camille.post(f"{DEALS}new/preview", form, partial=True)
    made = camille.post(f"{DEALS}new", form, partial=True)

    assert "€21.00" in shown.text
    identity = int(made.headers["HX-Redirect"].rpartition("/")[2])
    with workspace.env() as env:
        deal = env.get(Deal, identity)
        assert [(line.quantity, line.amount) for line in deal.lines] == [(2, 21)]


def test_a_new_record_that_is_not_complete_is_refused_field_by_field(camille: Visitor) -> None:
    refused = camille.post(f"{DEALS}new", {"title": "", "was": "{}"}, partial=True)

    assert refused.status_code == 422
    assert refused.text.count('aria-invalid="true"') == 2
    assert "Fill this in." in refused.text
    assert "Choose one." in refused.text


def test_lines_are_previewed_without_a_trace_and_saved_together(
    camille: Visitor, shop: dict[str, int], workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        first, second = (line.id for line in env.get(Deal, shop["deal"]).lines)
    form = {
        f"lines.{first}.position": "2",
        f"lines.{first}.quantity": "3",
        f"lines.{first}.price": "10",
        f"lines.{second}.position": "1",
        f"lines.{second}.delete": "1",
        "lines.n9.position": "3",
        "lines.n9.customer": str(shop["customer"]),
        "lines.n9.price": "5",
    }
    address = f"{DEALS}{shop['deal']}/lines/lines"

    shown = camille.post(f"{address}/preview", form, partial=True)
    with workspace.env() as env:
        untouched = [line.id for line in env.get(Deal, shop["deal"]).lines]
    saved = camille.post(address, form, partial=True)

    assert (shown.status_code, saved.status_code) == (200, 200)
    assert "€35.00" in shown.text
    assert untouched == [first, second]
    with workspace.env() as env:
        lines = env.get(Deal, shop["deal"]).lines
        assert [(line.position, line.amount) for line in lines] == [(1, 30), (2, 5)]
        assert env.session.get(env[Line], second) is None


def test_an_action_pressed_twice_is_done_once(
    camille: Visitor, shop: dict[str, int], workspace: LiveWorkspace
) -> None:
    address = f"{DEALS}{shop['deal']}/actions/win"

    first = camille.post(address, {"version": "1"}, partial=True)
    second = camille.post(address, {"version": "1"}, partial=True)

    assert first.headers["HX-Redirect"] == f"{DEALS}{shop['deal']}"
    assert second.status_code == 409
    with workspace.env() as env:
        deal = env.get(Deal, shop["deal"])
        assert (deal.stage, deal.version) == ("won", 2)


def test_an_action_asks_and_refuses_in_its_dialog(camille: Visitor, shop: dict[str, int]) -> None:
    address = f"{DEALS}{shop['deal']}/actions/lose"

    refused = camille.post(address, {"version": "1", "reason": ""}, partial=True)
    done = camille.post(address, {"version": "1", "reason": "Too dear"}, partial=True)

    assert refused.status_code == 422
    assert "Fill this in." in refused.text
    assert done.headers["HX-Redirect"] == f"{DEALS}{shop['deal']}"


def test_a_card_moves_and_a_stale_one_does_not(
    camille: Visitor, shop: dict[str, int], workspace: LiveWorkspace
) -> None:
    form = {"id": str(shop["deal"]), "lane": "quoted", "version": "1"}

    moved = camille.post(f"{DEALS}move?view=kanban", form, partial=True)
    stale = camille.post(f"{DEALS}move?view=kanban", {**form, "lane": "new"}, partial=True)

    assert (moved.status_code, stale.status_code) == (200, 409)
    with workspace.env() as env:
        assert env.get(Deal, shop["deal"]).stage == "quoted"


def test_a_saved_view_opens_the_list_for_its_owner_and_is_shared_on_request(
    camille: Visitor, shop: dict[str, int], app: Any, workspace: LiveWorkspace, platform: Platform
) -> None:
    idriss = Visitor(app, workspace.entry, a_person(platform, workspace.entry, name="Idriss Benali"))
    camille.post(
        f"{DEALS}views", {"name": "Won ones", "query": "f=stage%3Awon", "pinned": "1", "default": "1"}
    )
    camille.post(f"{DEALS}views", {"name": "For all", "query": "f=stage%3Anew", "pinned": "1", "shared": "1"})

    own, others = camille.get(DEALS).text, idriss.get(DEALS).text

    assert "Nothing in “Won ones”" in own
    assert ("Won ones" in own, "For all" in own) == (True, True)
    assert ("Won ones" in others, "For all" in others) == (False, True)


def test_a_large_file_goes_to_the_background_and_shows_its_progress(
    camille: Visitor, workspace: LiveWorkspace
) -> None:
    rows = "\n".join(f"Customer {n},c{n}@x.example" for n in range(3000))
    content = f"Name,Email\n{rows}\n".encode()
    base = "/app/sample_shop/customer/"

    read = camille.http.post(
        f"{base}import", files={"file": ("customers.csv", content, "text/csv")}, headers=forged_free(camille)
    )
    encoded = re.search(r'name="content" value="([^"]+)"', read.text)
    assert encoded is not None
    form = {
        "content": encoded[1],
        "name": "customers.csv",
        "column-0": "name",
        "column-1": "email",
        "step": "go",
    }
    begun = camille.http.post(
        f"{base}import",
        data=form,
        files={"none": ("", b"")},
        headers=forged_free(camille),
        follow_redirects=True,
    )

    assert read.status_code == 200
    assert "0 of 3,000" in begun.text
    assert "every 2s" in begun.text


def forged_free(visitor: Visitor) -> dict[str, str]:
    """The header that shows a form to be ours."""
    from core.web import csrf

    return {csrf.HEADER: csrf.token(visitor.secret)}


def test_what_is_quick_created_can_be_chosen_at_once(camille: Visitor) -> None:
    made = camille.post("/app/sample_shop/customer/quick", {"name": "Maison Verdier"}, partial=True)
    short = camille.post("/app/sample_shop/deal/quick", {"name": "Chapel"}, partial=True)

    assert 'data-label="Maison Verdier"' in made.text
    assert "More is needed for a new deal." in short.text


def test_a_record_from_a_list_says_its_place_and_keeps_it_over_saving(
    camille: Visitor, workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        ids = [a_deal(env, title=f"Deal {n}", expected=n).id for n in range(5)]
        a_deal(env, title="Elsewhere", expected=99)
    query = "q=deal&sort=-expected"

    first = camille.get(f"{DEALS}{ids[3]}", headers={"referer": f"http://x.localhost{DEALS}?{query}"}).text

    assert '<span class="tnum">2 of 5</span>' in first
    after = re.search(r'rel="next" href="([^"]*)"', first)
    assert after is not None
    second = camille.get(unescape(after[1])).text
    assert ('<span class="tnum">3 of 5</span>' in second, f"{DEALS}{ids[2]}/set" in second) == (True, True)
    came = re.search(r'name="in" value="([^"]*)"', second)
    assert came is not None

    form = {"was": json.dumps({"title": "Deal 2"}), "title": "Deal two", "in": unescape(came[1])}
    saved = camille.post(f"{DEALS}{ids[2]}/set", form, partial=True).text

    assert '<span class="tnum">3 of 5</span>' in saved
    assert "of 5" not in camille.get(f"{DEALS}{ids[2]}").text
