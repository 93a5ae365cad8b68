"""Two people on the lines of one record: what each of them wrote is kept, or asked about."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from core.testing.web import Visitor, a_person, visiting
from tests.views.factories import Deal, a_customer, a_deal, a_line
from tests.views.grids import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("sample_shop")


@pytest.fixture(scope="module")
def app(platform: Platform) -> Iterator[Any]:
    with visiting(platform) as application:
        yield application


class Grid:
    """The lines of one deal: a chair and a lamp, with two people who look at them."""

    def __init__(self, app: Any, workspace: LiveWorkspace) -> None:
        self.workspace = workspace
        with workspace.env() as env:
            customer = a_customer(env)
            deal = a_deal(env, title="Lobby", customer=customer)
            chair = a_line(env, deal, customer=customer, position=1, description="Chair", price=10)
            lamp = a_line(env, deal, customer=customer, position=2, description="Lamp", price=10)
            self.deal, self.customer, self.chair, self.lamp = deal.id, customer.id, chair.id, lamp.id
        self.url = f"/app/sample_shop/deal/{self.deal}"
        self.idriss = self._person(app, "Idriss Benali")
        self.hannah = self._person(app, "Hannah Whitlock")

    def _person(self, app: Any, name: str) -> Visitor:
        return Visitor(
            app, self.workspace.entry, a_person(self.workspace.platform, self.workspace.entry, name=name)
        )

    def drawn(self, person: Visitor) -> dict[str, list[str]]:
        return fields_of(person.get(self.url).text, "form-lines")

    def send(self, person: Visitor, form: dict[str, list[str]], **cells: str) -> httpx.Response:
        """The lines as drawn with some cells typed over: ``chair_quantity="3"``."""
        typed = dict(form)
        for cell, value in cells.items():
            line, _dash, column = cell.partition("_")
            typed[self.cell(line, column)] = [value]
        return person.post(f"{self.url}/lines/lines", typed, partial=True)

    def cell(self, line: str, column: str) -> str:
        return f"lines.{getattr(self, line, line)}.{column}"

    def answer(self, person: Visitor, asked: httpx.Response, choice: str) -> httpx.Response:
        """Choose "mine" or "theirs" for everything that an answer asks about."""
        page = asked.text.replace('<form class="note accent', '<form id="asked" class="note accent')
        form = fields_of(page, "asked")
        form |= {name: [choice] for name in form if name.startswith("keep.")}
        return person.post(f"{self.url}/lines/lines", form, partial=True)

    @property
    def lines(self) -> list[tuple[str, int, int]]:
        """Description, quantity and price of the stored lines, in their order."""
        with self.workspace.env() as env:
            lines = env.get(Deal, self.deal).lines
            assert [line.position for line in lines] == list(range(1, len(lines) + 1))
            return [(line.description, int(line.quantity), int(line.price)) for line in lines]


@pytest.fixture
def grid(workspace: LiveWorkspace, app: Any) -> Grid:
    return Grid(app, workspace)


def asked_about(answer: httpx.Response) -> list[tuple[str, list[str]]]:
    """Each question: what it is about, and the two values with whose they are."""
    found = []
    for block in re.findall(r'<fieldset class="both-values">(.*?)</fieldset>', answer.text, re.DOTALL):
        label = re.search(r"<legend[^>]*>(.*?)</legend>", block)
        assert label is not None
        values = [
            re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in block.split("<label")[1:]
        ]
        found.append((unescape(label[1]), [unescape(value.partition("> ")[2] or value) for value in values]))
    return found


def test_different_lines_and_different_cells_of_one_line_merge(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)

    first = grid.send(grid.hannah, hers, lamp_quantity="7", chair_price="30")
    second = grid.send(grid.idriss, mine, chair_quantity="5")

    assert (first.status_code, second.status_code) == (200, 200)
    assert grid.lines == [("Chair", 5, 30), ("Lamp", 7, 10)]


def test_the_same_cell_asks_and_the_rest_is_kept(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    grid.send(grid.hannah, hers, chair_quantity="7")

    asked = grid.send(grid.idriss, mine, chair_quantity="5", lamp_quantity="2")

    assert asked.status_code == 409
    ((label, (own, other)),) = asked_about(asked)
    assert label.endswith("Quantity")
    assert own.endswith("5 yours")
    assert re.search(r"7 Hannah Whitlock, \d\d:\d\d$", other)
    assert grid.lines == [("Chair", 7, 10), ("Lamp", 2, 10)]
    answered = grid.answer(grid.idriss, asked, "mine")
    assert (answered.status_code, asked_about(answered)) == (200, [])
    assert grid.lines == [("Chair", 5, 10), ("Lamp", 2, 10)]


def test_the_same_cell_stays_as_the_other_wrote_it_when_that_is_chosen(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    grid.send(grid.hannah, hers, chair_quantity="7")
    asked = grid.send(grid.idriss, mine, chair_quantity="5")

    answered = grid.answer(grid.idriss, asked, "theirs")

    assert answered.status_code == 200
    assert grid.lines == [("Chair", 7, 10), ("Lamp", 1, 10)]


def test_the_same_value_written_twice_asks_nobody(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    grid.send(grid.hannah, hers, chair_quantity="7")

    answer = grid.send(grid.idriss, mine, chair_quantity="7.00")

    assert (answer.status_code, asked_about(answer)) == (200, [])


def test_rows_of_others_stay_also_where_rows_were_moved(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    new = {"n1_position": "3", "n1_description": "Table", "n1_quantity": "1", "n1_price": "99"}
    grid.send(grid.hannah, hers, **new)

    moved = grid.send(grid.idriss, mine, chair_position="2", lamp_position="1")
    added = grid.send(grid.idriss, mine, n2_position="3", n2_description="Rug", n2_quantity="4", n2_price="9")

    assert (moved.status_code, added.status_code) == (200, 200)
    assert grid.lines == [("Lamp", 1, 10), ("Rug", 4, 9), ("Table", 1, 99), ("Chair", 1, 10)]


def test_a_row_that_was_removed_stays_removed_when_nobody_typed_in_it(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    grid.send(grid.hannah, hers, lamp_delete="1")

    answer = grid.send(grid.idriss, mine, chair_quantity="5")

    assert answer.status_code == 200
    assert grid.lines == [("Chair", 5, 10)]


def test_lines_that_a_program_counted_from_zero_are_not_written_by_saving_them_as_they_are(
    grid: Grid,
) -> None:
    with grid.workspace.env() as env:
        for number, line in enumerate(env.get(Deal, grid.deal).lines):
            line.position = number

    answer = grid.send(grid.idriss, grid.drawn(grid.idriss))

    assert answer.status_code == 200
    with grid.workspace.env() as env:
        assert [line.position for line in env.get(Deal, grid.deal).lines] == [0, 1]


def test_a_removed_row_is_gone_after_the_page_drew_the_lines_anew(grid: Grid) -> None:
    form = grid.drawn(grid.idriss) | {grid.cell("lamp", "delete"): ["1"]}

    previewed = grid.idriss.post(f"{grid.url}/lines/lines/preview", form, partial=True)
    saved = grid.send(grid.idriss, fields_of(previewed.text, "form-lines"))

    assert (previewed.status_code, saved.status_code) == (200, 200)
    assert grid.lines == [("Chair", 1, 10)]
    assert f"lines.{grid.lamp}." not in saved.text


@pytest.mark.parametrize(
    ("choice", "left"),
    [("mine", [("Chair", 1, 10), ("Lamp", 5, 10)]), ("theirs", [("Chair", 1, 10)])],
)
def test_a_removed_row_that_was_typed_in_asks(grid: Grid, choice: str, left: list[Any]) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    grid.send(grid.hannah, hers, lamp_delete="1")

    asked = grid.send(grid.idriss, mine, lamp_quantity="5")

    ((_label, (own, other)),) = asked_about(asked)
    assert asked.status_code == 409
    assert own.endswith("Keep it: Quantity 5 yours")
    assert re.search(r"Removed Hannah Whitlock, \d\d:\d\d$", other)
    assert grid.lines == [("Chair", 1, 10)]
    assert grid.answer(grid.idriss, asked, choice).status_code == 200
    assert grid.lines == left


@pytest.mark.parametrize(
    ("choice", "left"),
    [("mine", [("Chair", 1, 10)]), ("theirs", [("Chair", 1, 10), ("Lamp", 5, 10)])],
)
def test_removing_a_row_that_was_changed_asks(grid: Grid, choice: str, left: list[Any]) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    grid.send(grid.hannah, hers, lamp_quantity="5")

    asked = grid.send(grid.idriss, mine, lamp_delete="1")

    ((_label, (own, other)),) = asked_about(asked)
    assert asked.status_code == 409
    assert own.endswith("Remove it yours")
    assert re.search(r"Quantity 5 Hannah Whitlock, \d\d:\d\d$", other)
    assert grid.lines == [("Chair", 1, 10), ("Lamp", 5, 10)]
    assert grid.answer(grid.idriss, asked, choice).status_code == 200
    assert grid.lines == left


def test_what_is_answered_late_asks_again(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    grid.send(grid.hannah, hers, chair_quantity="7")
    asked = grid.send(grid.idriss, mine, chair_quantity="5")
    grid.send(grid.hannah, grid.drawn(grid.hannah), chair_quantity="8")

    again = grid.answer(grid.idriss, asked, "mine")

    assert again.status_code == 409
    assert grid.lines == [("Chair", 8, 10), ("Lamp", 1, 10)]


def test_a_refused_form_still_merges_once_it_is_put_right(grid: Grid) -> None:
    mine, hers = grid.drawn(grid.idriss), grid.drawn(grid.hannah)
    refused = grid.send(grid.idriss, mine, chair_quantity="many", lamp_price="3")
    grid.send(grid.hannah, hers, chair_price="30", lamp_quantity="2")

    mended = grid.send(grid.idriss, fields_of(refused.text, "form-lines"), chair_quantity="5")

    assert (refused.status_code, mended.status_code) == (422, 200)
    assert grid.lines == [("Chair", 5, 30), ("Lamp", 2, 3)]


def test_rows_sent_twice_are_made_once_and_keep_what_was_typed_since(grid: Grid) -> None:
    form = grid.drawn(grid.idriss)
    new = {"n1_position": "3", "n1_description": "Rug", "n1_quantity": "4", "n1_price": "9"}

    first = grid.send(grid.idriss, form, **new)
    again = grid.send(grid.idriss, form, **new)
    typed_on = grid.send(grid.idriss, form, **{**new, "n1_quantity": "6"})
    from_the_answer = grid.send(grid.idriss, fields_of(first.text, "form-lines"), n1_price="8")

    answers = (first, again, typed_on, from_the_answer)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert grid.lines == [("Chair", 1, 10), ("Lamp", 1, 10), ("Rug", 6, 8)]
