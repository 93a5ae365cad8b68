"""Whatever the door, what is planned, moved or counted stays; what people still type of it is written."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from addons.erp_stock.models import Count, CountLine, CountState, Move, Shipment, ShipmentState
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import counts, shipments
from core.api import RuleBroken
from core.security import tokens
from tests.erp_stock.factories import a_delivery, a_product, received, stock_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_stock")

D = Decimal
MOVE, COUNT_LINE = "/api/v1/erp_stock.move", "/api/v1/erp_stock.count_line"


@pytest.fixture
def program(workspace: LiveWorkspace, client: Visitor) -> Callable[..., Any]:
    """Calls the interface as a program with a token."""
    with workspace.env() as env:
        token = tokens.create(env, "Program", ["write"], user_id=client.person.id if client.person else 0)
    headers = {"Authorization": f"Bearer {token}"}

    def call(method: str, url: str, body: Any = None) -> int:
        return int(client.http.request(method, url, json=body, headers=headers).status_code)

    return call


def test_moves_of_a_done_shipment_are_written_at_no_door(
    workspace: LiveWorkspace, program: Callable[..., int], client: Visitor
) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        received(env, lamp, 10)
        delivery = a_delivery(env, (lamp, 4))
        shipments.ship(env, delivery)
        shipment_id, move_id, lamp_id = delivery.id, delivery.moves[0].id, lamp.id
    new = {"shipment_id": shipment_id, "product_id": lamp_id, "quantity": "1"}

    answers = [
        program("PATCH", f"{MOVE}/{move_id}", {"quantity": "1"}),
        program("PATCH", f"{MOVE}/{move_id}", {"picked": "1"}),
        program("POST", MOVE, new),
        program("DELETE", f"{MOVE}/{move_id}"),
        program("PATCH", f"/api/v1/erp_stock.shipment/{shipment_id}", {"origin": "Somewhere"}),
        program("DELETE", f"/api/v1/erp_stock.shipment/{shipment_id}"),
    ]
    page = f"/app/erp_stock/shipment/{shipment_id}/lines/moves"
    grid = client.post(page, {f"moves.{move_id}.quantity": "1"}, partial=True)

    assert all(400 <= answer < 500 for answer in answers), answers
    assert grid.status_code in {200, 409, 422}
    with workspace.env() as env:
        moves = env.get(Shipment, shipment_id).moves
        assert [(move.quantity, move.picked) for move in moves] == [(4, None)]
        assert list(soundness.findings(env)) == []


def test_what_was_picked_is_typed_on_a_shipment_that_is_ready_and_nothing_else(
    workspace: LiveWorkspace, client: Visitor
) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        received(env, lamp, 10)
        delivery = a_delivery(env, (lamp, 4))
        shipment_id, move_id = delivery.id, delivery.moves[0].id
    page = f"/app/erp_stock/shipment/{shipment_id}"

    drawn = client.get(page).text
    kept = client.post(f"{page}/lines/moves", {f"moves.{move_id}.picked": "3"}, partial=True)
    typed = {"quantity": "9", "delete": "1"}
    for name, value in typed.items():
        client.post(f"{page}/lines/moves", {f"moves.{move_id}.{name}": value}, partial=True)

    assert f'name="moves.{move_id}.picked"' in drawn
    assert f'name="moves.{move_id}.quantity"' not in drawn
    assert kept.status_code == 200, kept.text
    with workspace.env() as env:
        moves = env.get(Shipment, shipment_id).moves
        assert [(move.quantity, move.picked) for move in moves] == [(4, 3)]


def test_a_closed_count_stays_at_every_door(workspace: LiveWorkspace, program: Callable[..., int]) -> None:
    with workspace.env() as env:
        lamp, stock = a_product(env), stock_of(env)
        count = env.add(Count, location_id=stock.id, reason="Year end")
        count.lines.append(env[CountLine](product_id=lamp.id, location_id=stock.id, counted=D(5)))
        counts.apply(env, count)
        count_id, line_id, stock_id, other_id = count.id, count.lines[0].id, stock.id, a_product(env).id
    new = {"count_id": count_id, "product_id": other_id, "location_id": stock_id, "counted": "1"}

    answers = [
        program("PATCH", f"{COUNT_LINE}/{line_id}", {"counted": "6"}),
        program("POST", COUNT_LINE, new),
        program("DELETE", f"{COUNT_LINE}/{line_id}"),
    ]

    assert answers == [409, 409, 409]
    with workspace.env() as env:
        found = env.get(Count, count_id)
        assert (found.state, [line.counted for line in found.lines]) == (CountState.DONE, [5])
        with pytest.raises(RuleBroken, match="can no longer be changed"):
            env.bulk_update(CountLine, env[CountLine].id == line_id, {"counted": D(6)})


def test_elevated_code_and_bulk_statements_are_refused_like_a_person(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 4))
    move_id = delivery.moves[0].id

    with env.system("a program of a partner") as system:
        with pytest.raises(RuleBroken, match="is agreed"):
            system.bulk_update(Move, system[Move].id == move_id, {"quantity": D(9)})
        with pytest.raises(RuleBroken, match="nobody writes it by hand"):
            system.bulk_update(Move, system[Move].id == move_id, {"state": "done"})
        with pytest.raises(RuleBroken, match="is agreed"):
            system.bulk_delete(Move, system[Move].id == move_id)
        system.get(Shipment, delivery.id).state = ShipmentState.DONE
        with pytest.raises(RuleBroken, match="nobody writes it by hand"):
            system.session.flush()
