"""What catalog gives to core's hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog import models
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (
        models.Unit,
        models.Tax,
        models.Category,
        models.Product,
        models.ProductSaleTax,
        models.ProductPurchaseTax,
        models.PriceList,
        models.PriceRule,
        models.PricedParty,
    )
