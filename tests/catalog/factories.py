"""Records of catalog for tests: each override says only what matters."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.catalog.models import PriceList, Product, Tax, Unit

if TYPE_CHECKING:
    from core.api import Env


def a_unit(env: Env, **values: Any) -> Unit:
    """The seeded piece, unless something else is asked for."""
    if not values:
        piece = env.session.scalar(select(env[Unit]).where(env[Unit].code == "C62"))
        if piece is not None:
            return piece
    return env.add(Unit, **{"name": "Piece", "code": "C62", "digits": 0} | values)


def a_tax(env: Env, rate: str | int = 20, **values: Any) -> Tax:
    kind = "incl" if values.get("included") else "excl"
    return env.add(
        Tax, **{"name": f"VAT {rate}%", "code": f"test-{rate}-{kind}", "rate": Decimal(rate)} | values
    )


def a_product(env: Env, **values: Any) -> Product:
    given = {"name": "Pendant Orla 40", "sale_price": Decimal(189)} | values
    if "unit" not in given and "unit_id" not in given:
        given["unit_id"] = a_unit(env).id
    return env.add(Product, **given)


def a_price_list(env: Env, **values: Any) -> PriceList:
    return env.add(PriceList, **{"name": "Retail", "currency": "EUR"} | values)
