"""First in, first out over many layers, and a receipt recorded late under many later moves."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from addons.catalog.models import Product, Unit
from addons.erp_stock.models import Costing, OperationKind
from addons.erp_stock.services import costing, shipments
from addons.erp_stock.services.quantities import Demand
from bench.measure import Number
from bench.workspace import sql, workspace
from core.api import round_money

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform

MOVES = """
INSERT INTO erp_stock_move
  (company_id, product_id, unit_id, unit_factor, source_location_id, target_location_id, state, planned_on,
   done_on, part, quantity, cost, value, lot_chosen, created_at, updated_at)
SELECT (SELECT min(id) FROM core_company), {product}, (SELECT unit_id FROM catalog_product WHERE id =
{product}), 1,
       CASE WHEN {comes} THEN s.id ELSE k.id END, CASE WHEN {comes} THEN k.id ELSE c.id END, 'done',
       current_date - {ago}, current_date - {ago}, 1, {quantity}, CASE WHEN {comes} THEN 10 + n % 7 END, 0,
       false, now(), now()
FROM generate_series(1, {moves}) AS n,
     (SELECT id FROM erp_stock_location WHERE kind = 'supplier' LIMIT 1) AS s,
     (SELECT id FROM erp_stock_location WHERE kind = 'customer' LIMIT 1) AS c,
     (SELECT stock_location_id AS id FROM erp_stock_warehouse LIMIT 1) AS k
"""
LAYERS = """
INSERT INTO erp_stock_layer
  (company_id, product_id, move_id, "on", part, tie, quantity, value, left_quantity, left_value, landed,
   fallback, created_at, updated_at)
SELECT m.company_id, m.product_id, m.id, m.done_on, m.part, '',
       CASE WHEN m.cost IS NULL THEN -m.quantity ELSE m.quantity END, 0, 0, 0, 0, 0, now(), now()
FROM erp_stock_move AS m WHERE m.product_id = {product} ORDER BY m.id
"""
SHELF = """
INSERT INTO erp_stock_quant
  (company_id, product_id, location_id, serial, quantity, reserved, created_at, updated_at)
SELECT company_id, product_id, (SELECT stock_location_id FROM erp_stock_warehouse LIMIT 1), false,
       sum(quantity), 0, now(), now()
FROM erp_stock_layer WHERE product_id = {product} GROUP BY 1, 2
"""
WORTH = """
INSERT INTO erp_stock_valuation
  (company_id, product_id, quantity, value, last_on, last_part, method, since_id, created_at, updated_at)
SELECT company_id, product_id, sum(quantity), sum(value), max("on"), 1, '{method}', 0, now(), now()
FROM erp_stock_layer WHERE product_id = {product} GROUP BY 1, 2
"""
OPEN = """
UPDATE erp_stock_layer AS l SET value = m.cost * m.quantity, left_quantity = m.quantity,
       left_value = m.cost * m.quantity
FROM erp_stock_move AS m WHERE m.id = l.move_id AND l.product_id = {product}
"""
PLAIN = text(
    "UPDATE erp_stock_layer SET left_quantity = 0, left_value = 0"
    " WHERE product_id = :product AND left_quantity > 0"
)
WRITTEN = (
    text(
        "UPDATE erp_stock_layer SET value = value, left_quantity = left_quantity WHERE product_id = :product"
    ),
    text("UPDATE erp_stock_move SET value = value WHERE product_id = :product"),
)


def run(bench: Bench, platform: Platform) -> None:
    """Milliseconds on the clock; the floor does the same to the same rows without us."""
    rows = bench.rows(10_000)
    with workspace(platform, ["erp_stock"]) as entry:
        issue, floor = _issue(platform, entry, rows)
        bench.report(Number(f"FIFO issue from {rows} layers", issue, "ms", floor, 12.0, of_ratio=True))
        late, plain = _late(platform, entry, rows)
        name = f"receipt recorded late under {rows} later moves"
        bench.report(Number(name, late, "ms", plain, 30.0, of_ratio=True))


def _product(env: Env, method: Costing) -> int:
    unit = env.session.scalars(select(env[Unit])).first()
    assert unit is not None  # noqa: S101 - seeded
    return env.add(Product, name=f"Lamp {method}", unit_id=unit.id, costing=method).id


def _fill(
    platform: Platform,
    entry: WorkspaceEntry,
    method: Costing,
    moves: int,
    *,
    comes: str,
    ago: str,
    quantity: str,
) -> int:
    with platform.env(entry) as env:
        product = _product(env, method)
    values = {
        "product": product,
        "moves": moves,
        "comes": comes,
        "ago": ago,
        "quantity": quantity,
        "method": method.value,
    }
    sql(platform, entry, MOVES.format(**values), LAYERS.format(**values))
    if comes == "true":
        sql(platform, entry, OPEN.format(**values))
    sql(platform, entry, SHELF.format(**values), WORTH.format(**values), "ANALYZE erp_stock_layer")
    return product


def _issue(platform: Platform, entry: WorkspaceEntry, rows: int) -> tuple[float, float]:
    """One delivery takes all layers; the floor empties them by one plain statement."""
    product = _fill(platform, entry, Costing.FIFO, rows, comes="true", ago="1", quantity="1")
    with platform.env(entry) as env:
        goods = [Demand(env.get(Product, product), Decimal(rows))]
        delivery = shipments.plan(env, OperationKind.DELIVERY, goods)
        env.session.flush()
        began = time.perf_counter()
        shipments.ship(env, delivery)
        env.session.flush()
        ours = (time.perf_counter() - began) * 1000
    again = _fill(platform, entry, Costing.AVERAGE, rows, comes="true", ago="1", quantity="1")
    with platform.env(entry) as env:
        began = time.perf_counter()
        env.scope.connection.execute(PLAIN, {"product": again})
        return ours, (time.perf_counter() - began) * 1000


def _late(platform: Platform, entry: WorkspaceEntry, rows: int) -> tuple[float, float]:
    """A receipt before everything; the floor is the arithmetic and two plain statements that write as many
    rows."""
    product = _fill(
        platform, entry, Costing.FIFO, rows, comes="(n % 2 = 1)", ago=f"1 - (n / 100)::int + {rows // 100}",
        quantity="CASE WHEN n % 2 = 1 THEN 3 ELSE 2 END",
    )  # fmt: skip
    with platform.env(entry) as env:
        goods = [Demand(env.get(Product, product), Decimal(50), cost=Decimal(9))]
        receipt = shipments.plan(env, OperationKind.RECEIPT, goods)
        on = env.today() - timedelta(days=rows // 100 + 10)
        began = time.perf_counter()
        shipments.ship(env, receipt, on=on)
        env.session.flush()
        ours = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    flow = costing.Flow(fifo=True, rounded=lambda amount: round_money(amount, "EUR"))
    for number in range(rows):
        comes = number % 2 == 0
        flow.take(
            costing.Step(number, Decimal(3 if comes else -2), Decimal(10 + number % 7) if comes else None)
        )
    with platform.env(entry) as env:
        for statement in WRITTEN:
            env.scope.connection.execute(statement, {"product": product})
    return ours, (time.perf_counter() - began) * 1000
