from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from core.views import batches
from core.views.access import views_for
from core.views.catalog import columns_of
from core.views.declare import Column
from core.views.exports import export_rows, to_csv, to_xlsx
from core.views.imports import Table, read_table, run_import
from core.views.models import BatchState
from core.views.state import ListState
from tests.views.factories import Customer, Deal, a_customer, a_deal

if TYPE_CHECKING:
    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def count(env: Env, model: Any) -> int:
    return int(env.session.scalar(select(func.count()).select_from(env[model])) or 0)


def test_an_action_on_many_tells_what_was_refused_and_does_the_rest(env: Env) -> None:
    customer = a_customer(env)
    deals = [a_deal(env, title=f"Deal {n}", customer=customer) for n in range(3)]
    closed = a_deal(env, title="Closed", customer=customer, stage="lost")
    views = views_for(env, "sample_shop.deal")

    batch = batches.begin_action(env, views, [*(d.id for d in deals), closed.id, 999_999], "win")
    batches.start(env, batch)

    assert [deal.stage for deal in deals] == ["won"] * 3
    assert (batch.state, batch.done, batch.updated, batch.failed) == (BatchState.DONE, 5, 3, 2)
    assert [(entry.row, entry.record_id) for entry in batches.failures(env, batch)] == [
        (4, closed.id),
        (5, 999_999),
    ]


def test_a_large_batch_goes_on_piece_by_piece_where_it_stopped(env: Env) -> None:
    customer = a_customer(env)
    ids = [a_deal(env, title=f"Deal {n}", customer=customer).id for n in range(batches.PIECE + 30)]
    views = views_for(env, "sample_shop.deal")
    batch = batches.begin_edit(env, views, ids, "probability", ["80"])

    batches.work(env, batch)
    halfway = (batch.state, batch.done)
    batches.work(env, batch)

    assert halfway == (BatchState.RUNNING, batches.PIECE)
    assert (batch.state, batch.done, batch.updated) == (BatchState.DONE, len(ids), len(ids))
    deal = env[Deal]
    assert env.session.scalar(select(func.count()).select_from(deal).where(deal.probability == 80)) == len(
        ids
    )


def test_a_stopped_batch_does_no_more(env: Env) -> None:
    deal = a_deal(env)
    batch = batches.begin_action(env, views_for(env, "sample_shop.deal"), [deal.id], "win")

    batches.stop(env, batch)
    batches.run_batch(env, batch_id=batch.id)

    assert (batch.state, deal.stage) == (BatchState.STOPPED, "new")


def test_an_import_is_taken_back_but_for_what_was_used_since(env: Env) -> None:
    known = a_customer(env, name="Before", email="a@x.example")
    table = Table(
        ["name", "email"], [["After", "a@x.example"], ["New", "b@x.example"], ["Used", "c@x.example"]]
    )
    views = views_for(env, "sample_shop.customer")
    batch = batches.begin_import(env, views, "c.csv", table, {"name": "name", "email": "email"}, ["email"])
    batches.start(env, batch)
    used = env.session.scalars(select(env[Customer]).where(env[Customer].name == "Used")).one()
    a_deal(env, customer=used)

    result = batches.undo(env, batch)

    env.session.expire_all()
    names = set(env.session.scalars(select(env[Customer].name)))
    assert names == {"Before", "Used"}
    assert known.name == "Before"
    assert (result.created, result.updated, result.failed) == (1, 1, 1)
    assert batch.state is BatchState.UNDONE


def test_each_piece_of_a_file_reads_its_own_rows(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ROWS", 2)
    rows = [[f'Line\n{n}, "quoted" é', f"{n}@x.example"] for n in range(5)]
    views = views_for(env, "sample_shop.customer")
    mapping = {"Name": "name", "Mail": "email"}
    batch = batches.begin_import(env, views, "c.csv", Table(["Name", "Mail"], rows), mapping, [])

    done = []
    while batch.state is not BatchState.DONE:
        batches.work(env, batch)
        done.append(batch.done)

    assert done == [2, 4, 5]
    customer = env[Customer]
    found = env.session.execute(select(customer.name, customer.email).order_by(customer.id)).all()
    assert [list(row) for row in found] == rows
    assert read_table(batch.file or b"").rows == rows


def test_the_refused_rows_come_back_as_a_file_with_their_reasons(env: Env) -> None:
    table = Table(["name", "email"], [["A", "a@x.example"], ["", "b@x.example"]])
    views = views_for(env, "sample_shop.customer")
    batch = batches.begin_import(env, views, "c.csv", table, {"name": "name", "email": "email"}, [])
    batches.start(env, batch)

    again = read_table(batches.failed_file(env, batch))

    assert (batch.created, batch.failed) == (1, 1)
    assert again.headings == ["name", "email", "What is wrong"]
    assert again.rows == [["", "b@x.example", "Name: Fill this in."]]


def test_a_clerk_works_on_many_within_the_rules(clerk: Env) -> None:
    with clerk.system("test data") as env:
        a_deal(env, title="Mine")
        a_deal(env, title="Hidden", urgent=True)
        ids = list(env.session.scalars(select(env[Deal].id).order_by(env[Deal].title.desc())))

    batch = batches.begin_action(clerk, views_for(clerk, "sample_shop.deal"), ids, "win")
    batches.start(clerk, batch)

    assert (batch.updated, batch.failed) == (1, 1)


def exported(env: Env, **state: Any) -> list[list[Any]]:
    declared = views_for(env, "sample_shop.deal").list
    columns = [c for c in columns_of(declared) if not c.hidden]
    return list(export_rows(env, declared, ListState(**state), columns))


def test_an_export_holds_what_the_list_shows(env: Env) -> None:
    customer = a_customer(env)
    deal = a_deal(env, customer=customer, expected=Decimal("12.5"), close_date=date(2026, 12, 2))
    a_deal(env, title="Other", customer=customer, stage="lost")
    identity = deal.id

    assert exported(env, filters=("stage:new",)) == [
        ["id", "Title", "Customer", "Close date", "Stage", "Urgent", "Weighted", "Expected amount"],
        [
            identity,
            "Relamping",
            "Brasserie Kervran",
            date(2026, 12, 2),
            "New",
            "No",
            Decimal("1.25"),
            Decimal("12.5"),
        ],
    ]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33 1 23", "-x", "@sum", "\uff1d1+1", "\uff0b1", "\uff0dx", "\uff20sum", "'quoted", "plain"],
)
def test_no_exported_text_is_run_as_a_formula_and_it_is_imported_as_it_was(env: Env, text: str) -> None:
    a_customer(env, name=text)
    declared = views_for(env, "sample_shop.customer").list
    columns = [Column("name")]
    written = to_csv(export_rows(env, declared, ListState(), columns))
    sheet = load_workbook(io.BytesIO(to_xlsx(export_rows(env, declared, ListState(), columns), "C"))).active

    cell = written.decode("utf-8-sig").splitlines()[1].partition(",")[2].strip('"')
    again = run_import(env, "sample_shop.customer", read_table(written), key=("id",))

    assert not cell.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert (sheet["B2"].value, sheet["B2"].data_type) == (text, "s")
    assert (again.unchanged, again.failed) == (1, 0)


def test_an_exported_list_imports_without_a_change(env: Env) -> None:
    customer = a_customer(env)
    a_deal(env, customer=customer, expected=Decimal("-0") + 5, close_date=date(2026, 12, 2), urgent=True)
    declared = views_for(env, "sample_shop.deal").list
    columns = [Column(p) for p in ("title", "customer", "expected", "close_date", "urgent", "probability")]

    for written in (
        to_csv(export_rows(env, declared, ListState(), columns)),
        to_xlsx(export_rows(env, declared, ListState(), columns), "Deals"),
    ):
        result = run_import(env, "sample_shop.deal", read_table(written))
        assert (result.total, result.unchanged, result.failed) == (1, 1, 0)
