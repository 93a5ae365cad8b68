from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from core.errors import Invalid
from core.i18n import format_date
from core.views.access import views_for
from core.views.imports import Table, Unreadable, guess_mapping, read_table, run_import
from core.views.imports.mapping import remember
from tests.views.factories import Customer, Deal, a_customer, a_deal

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def count(env: Env, model: Any) -> int:
    return int(env.session.scalar(select(func.count()).select_from(env[model])) or 0)


def test_a_csv_file_is_read_whatever_wrote_it() -> None:
    expected = [["Société", "1,5"], ["B", ""]]

    for content in (
        "Name;Amount\nSociété;1,5\nB\n".encode(),
        "Name;Amount\r\nSociété;1,5\r\n\r\nB;\r\n".encode("utf-8-sig"),
        'Name;Amount\n"Société";"1,5"\nB;\n'.encode("cp1252"),
        "Name\tAmount\nSociété\t1,5\nB\t\n".encode("utf-16"),
    ):
        table = read_table(content, "a.csv")
        assert (table.headings, table.rows) == (["Name", "Amount"], expected)


def test_a_spreadsheet_keeps_its_numbers_and_dates() -> None:
    book = Workbook()
    book.active.append(["Title", "Expected", "Close"])
    book.active.append(["A", 12.5, date(2026, 12, 2)])
    out = io.BytesIO()
    book.save(out)

    table = read_table(out.getvalue(), "a.xlsx")

    assert table.headings == ["Title", "Expected", "Close"]
    assert table.rows[0][:2] == ["A", 12.5]
    assert table.rows[0][2].date() == date(2026, 12, 2)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_table(content)


def test_headings_are_recognised_by_label_name_and_language(env: Env) -> None:
    views = views_for(env, "sample_shop.deal")

    found = guess_mapping(
        env, views, ["Title", "customer_id", "Expected amount", "STAGE", "Close date", "Colour"]
    )

    assert found == {
        "Title": "title",
        "customer_id": "customer",
        "Expected amount": "expected",
        "Close date": "close_date",
    }


def test_a_mapping_is_remembered_for_the_same_headings(env: Env) -> None:
    views = views_for(env, "sample_shop.deal")
    remember(env, views.name, ["Wat", "Wie"], {"Wat": "title", "Wie": "customer"})

    assert guess_mapping(env, views, ["Wat", "Wie"]) == {"Wat": "title", "Wie": "customer"}
    assert guess_mapping(env, views, ["Wie", "Wat"]) == {}


def test_rows_become_records_and_refused_rows_are_told(env: Env) -> None:
    a_customer(env, name="Kervran")
    a_customer(env, name="Twin")
    a_customer(env, name="Twin")
    table = Table(
        ["Title", "Customer", "Expected amount", "Close date", "Urgent"],
        [
            ["Good", "kervran", "1,234.5", "2 Dec 2026", "yes"],
            ["No customer", "Nobody", "1", "", ""],
            ["Two of them", "Twin", "1", "", ""],
            ["", "Kervran", "1", "", ""],
            ["Wrong", "Kervran", "much", "soon", ""],
            ["Negative", "Kervran", "-5", "", ""],
            ["Also good", "Kervran", "", "", ""],
        ],
    )

    result = run_import(env, "sample_shop.deal", table)
    today = format_date(env.today())

    assert (result.created, result.updated, result.failed) == (2, 0, 5)
    assert [(error.row, error.message) for error in result.errors] == [
        (3, "Customer: There is no customer “Nobody”."),
        (4, "Customer: Several customers are called “Twin”: give a code."),
        (5, "Title: Fill this in."),
        (6, f"Expected amount: Write a number like 1,234.56. Close date: Write a date like {today}."),
        (7, "Expected amount: This value is not allowed here."),
    ]  # fmt: skip
    deals = {deal.title: deal for deal in env.session.scalars(select(env[Deal]))}
    assert set(deals) == {"Good", "Also good"}
    assert deals["Good"].expected == Decimal("1234.5")
    assert deals["Good"].close_date == date(2026, 12, 2)
    assert deals["Good"].urgent is True
    assert deals["Also good"].expected == 0


def test_a_dry_run_tells_the_same_and_writes_nothing(env: Env) -> None:
    table = Table(["Name", "E-mail"], [["A", "a@x.example"], ["", "b@x.example"]])
    mapping = {"Name": "name", "E-mail": "email"}

    tried = run_import(env, "sample_shop.customer", table, mapping, dry_run=True)

    assert (tried.created, tried.failed, count(env, Customer)) == (1, 1, 0)


def test_a_key_updates_what_is_there_and_creates_the_rest(env: Env) -> None:
    known = a_customer(env, name="Old name", email="a@x.example")
    table = Table(
        ["name", "email"], [["New name", "a@x.example"], ["B", "b@x.example"], ["C", "b@x.example"]]
    )

    result = run_import(env, "sample_shop.customer", table, key=("email",))
    again = run_import(env, "sample_shop.customer", Table(table.headings, table.rows[:2]), key=("email",))

    assert (result.created, result.updated, result.failed) == (1, 1, 1)
    assert known.name == "New name"
    assert result.undo[0] == (2, known.id, {"name": "Old name"})
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_closed_documents_are_not_changed_by_a_file(env: Env) -> None:
    deal = a_deal(env, stage="won")

    result = run_import(
        env, "sample_shop.deal", Table(["id", "title"], [[str(deal.id), "Other"], ["999999", "X"]])
    )

    assert [error.message for error in result.errors] == [
        "Relamping can no longer be changed.",
        "There is no deal with the id 999999.",
    ]


def test_a_column_that_may_not_be_imported_is_refused(env: Env) -> None:
    with pytest.raises(Invalid):
        run_import(env, "sample_shop.deal", Table(["a"], [["won"]]), {"a": "stage"})


def test_a_large_file_costs_statements_by_the_piece_not_by_the_row(
    env: Env, statements: Callable[[], Any]
) -> None:
    a_customer(env, name="Kervran")
    headings = ["Title", "Customer", "Expected amount"]

    def cost(rows: int) -> int:
        table = Table(headings, [[f"Deal {n}", "Kervran", str(n)] for n in range(rows)])
        with statements() as sent:
            result = run_import(env, "sample_shop.deal", table)
        assert result.created == rows
        return len(sent)

    assert cost(900) <= cost(10) + 3
