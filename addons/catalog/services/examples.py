"""Example products of a maker of lamps, in three categories, with a price list for hotels."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.catalog.models import Category, PriceList, PriceRule, ProductKind, Unit
from addons.catalog.services import products
from core.api import _

if TYPE_CHECKING:
    from core.api import Env

D = Decimal
PRODUCTS = (
    (_("Pendants"), _("Pendant Orla 40, brass"), "ORL-40-BR", D(189), D(96), ProductKind.GOODS, "C62"),
    (_("Pendants"), _("Pendant Orla 60, brass"), "ORL-60-BR", D(264), D(131), ProductKind.GOODS, "C62"),
    (_("Pendants"), _("Orla ceiling rose, brass"), "ORL-RO-BR", D(24), D("9.5"), ProductKind.GOODS, "C62"),
    (_("Wall lights"), _("Wall light Nive, white"), "NIV-W", D("96.50"), D(44), ProductKind.GOODS, "C62"),
    (_("Strips"), _("LED strip 24 V, 5 m"), "LED-24-5", D(58), D(21), ProductKind.GOODS, "C62"),
    (_("Strips"), _("DALI dimmer, 2 channels"), "DALI-2", D(142), D(77), ProductKind.GOODS, "C62"),
    (_("Services"), _("On-site installation"), "INST", D(620), D(380), ProductKind.SERVICE, "DAY"),
)


def load(env: Env) -> None:
    """Write them for the current company."""
    categories: dict[str, Category] = {}
    unit = env[Unit]
    units = {row.code: row for row in env.session.scalars(select(unit))}
    for category, name, code, price, cost, kind, unit_code in PRODUCTS:
        title = str(category)
        if title not in categories:
            categories[title] = env.add(Category, name=title)
        products.create(
            env,
            {
                "name": str(name),
                "code": code,
                "sale_price": price,
                "cost": cost,
                "kind": kind,
                "unit_id": units[unit_code].id,
                "category_id": categories[title].id,
            },
        )
    hotels = env.add(PriceList, name=str(_("Hotels")), currency=env.company.currency)
    env.add(
        PriceRule,
        price_list_id=hotels.id,
        category_id=categories[str(_("Pendants"))].id,
        min_quantity=D(10),
        discount=D(10),
    )
