"""Much that is valued anew: in the background, with progress, and all at once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from addons.catalog.models import Product
from addons.erp_stock.models import OperationKind, Revaluation, RevaluationState, Shipment, ShipmentState
from addons.erp_stock.queries import soundness, worth
from addons.erp_stock.services import background, shipments
from addons.erp_stock.services.quantities import Demand
from tests.erp_stock.factories import a_product, a_shelf, delivered, received, stock_of
from tests.erp_stock.factories import worth as value_of

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_stock")


def a_late_receipt(env: Env, lamp: Product) -> Shipment:
    return shipments.plan(env, OperationKind.RECEIPT, [Demand(lamp, Decimal(5), cost=Decimal(20))])


def history(env: Env) -> Product:
    lamp: Any = a_product(env, name="Orla 40")
    received(env, lamp, 10, 10, on=env.today() - timedelta(days=30))
    for ago in (20, 10):
        delivered(env, lamp, 3, on=env.today() - timedelta(days=ago))
    return lamp


def test_few_later_moves_are_valued_anew_while_the_person_waits(env: Env) -> None:
    lamp = history(env)
    receipt = a_late_receipt(env, lamp)

    answer = background.ship(env, receipt, env.today() - timedelta(days=25))

    assert (answer, receipt.state, value_of(env, lamp)) == (None, ShipmentState.DONE, 120)


def test_many_are_valued_in_the_background_and_seen_only_when_all_are(
    workspace: LiveWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "AT_ONCE", 1)
    with workspace.env() as env:
        lamp = history(env)
        receipt = a_late_receipt(env, lamp)
        run = background.ship(env, receipt, env.today() - timedelta(days=25))
        assert isinstance(run, env[Revaluation])
        with pytest.raises(background.AlreadyUnderWay):
            background.ship(env, receipt, env.today() - timedelta(days=25))
        ids = (lamp.id, receipt.id, run.id)
        seen = (run.state, run.total, receipt.state, value_of(env, lamp))
    beside: list[Any] = []
    with workspace.env() as env:
        background.revalue(env, run_id=ids[2])
        with workspace.env() as other:
            its = other.get(Revaluation, ids[2])
            beside.append((its.state, other.get(Shipment, ids[1]).state, value_of(other, lamp)))

    with workspace.env() as env:
        lamp, receipt, run = env.get(Product, ids[0]), env.get(Shipment, ids[1]), env.get(Revaluation, ids[2])
        assert seen == (RevaluationState.WAITING, 2, ShipmentState.READY, 40)
        assert beside == [(RevaluationState.RUNNING, ShipmentState.READY, 40)]
        assert (run.state, run.percent, receipt.state) == (RevaluationState.DONE, 100, ShipmentState.DONE)
        assert value_of(env, lamp) == 120
        background.revalue(env, run_id=run.id)
        assert list(soundness.findings(env)) == []


def test_what_is_refused_in_the_background_leaves_everything_as_it_was(
    workspace: LiveWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "AT_ONCE", 1)
    with workspace.env() as env:
        lamp = history(env)
        receipt = a_late_receipt(env, lamp)
        run = background.ship(env, receipt, env.today() - timedelta(days=25))
        assert isinstance(run, env[Revaluation])
        shipments.cancel(env, receipt)
        run_id = run.id
    with workspace.env() as env:
        background.revalue(env, run_id=run_id)

    with workspace.env() as env:
        run = env.get(Revaluation, run_id)
        assert run.state is RevaluationState.REFUSED
        assert run.message is not None
        assert "is already Cancelled" in run.message
        assert list(soundness.findings(env)) == []


def test_the_stock_of_any_day_and_place(env: Env) -> None:
    lamp = history(env)
    shelf = a_shelf(env, "Shelf 8")
    away = shipments.plan(env, OperationKind.INTERNAL, [Demand(lamp, Decimal(1))], target_id=shelf.id)
    shipments.ship(env, away, on=env.today() - timedelta(days=5))

    def on(ago: int, place: Any = None) -> list[tuple[Decimal, Decimal]]:
        return [(w.quantity, w.value) for w in worth.on(env, env.today() - timedelta(days=ago), place)]

    assert [on(31), on(30), on(15), on(0)] == [[], [(10, 100)], [(7, 70)], [(4, 40)]]
    assert [on(6, shelf), on(5, shelf), on(0, stock_of(env))] == [[], [(1, 10)], [(4, 40)]]


def test_the_report_is_a_page_a_workbook_and_a_printed_sheet(
    client: Visitor, workspace: LiveWorkspace
) -> None:
    with workspace.env() as env:
        history(env)
        day = (env.today() - timedelta(days=15)).isoformat()

    page = client.get(f"/stock/stock-value?day={day}")
    book = client.get(f"/stock/stock-value?day={day}&format=xlsx")
    printed = client.get(f"/stock/stock-value?day={day}&format=pdf")

    assert "Orla 40" in page.text
    assert [page.status_code, book.status_code, printed.status_code] == [200, 200, 200]
    rows = list(load_workbook(BytesIO(book.content)).worksheets[0].iter_rows(min_row=5, values_only=True))
    assert [(row[0], row[2], row[5]) for row in rows] == [("Orla 40", 7, 70), ("Total", None, 70)]
    assert printed.content.startswith(b"%PDF-")
    with workspace.env() as env:
        assert env.session.scalars(select(env[Revaluation].id)).all() == []
