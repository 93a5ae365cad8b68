"""Availability in quotes and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.wires.stock import promises
from core.api import Slot, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.catalog.models import Product
    from core.api import Env


@hookimpl
def line_hint(env: Env, product: Product) -> str | None:
    return promises.hint(env, product)


@hookimpl
def declare_views() -> Sequence[Any]:
    template = "bridge_crm_erp/_promises.html"
    return (
        Slot("crm_sales.quote.side", template=template, context=promises.context),
        Slot("crm_sales.order.side", template=template, context=promises.context),
    )
