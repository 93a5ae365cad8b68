"""Who may do what with vendors, prices and purchase orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models import Address, Party
from addons.catalog.models import Product, Tax, Unit
from addons.erp_purchase import models as m
from core.api import Grant, Role, _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.api import Model


def _on(operations: str, *of: type[Model]) -> Iterable[Grant]:
    return (Grant(model, operations) for model in of)


ROLES = (
    Role(
        "erp_purchase.reader",
        _("Purchasing, read only"),
        implies=("base.user",),
        grants=(*_on("r", Party, Address, Product, Unit, Tax, *m.MODELS),),
    ),
    Role(
        "erp_purchase.buyer",
        _("Buyer"),
        implies=("erp_purchase.reader",),
        grants=(
            *_on("cru", Party, Address),
            *_on("crud", m.VendorPrice, m.Order, m.Line, m.LineTax),
            *_on("crud", m.Request, m.RequestLine, m.Quotation, m.QuotationLine),
        ),
        field_groups=("catalog.cost",),
    ),
    Role(
        "erp_purchase.approver",
        _("Purchase approver"),
        implies=("erp_purchase.buyer",),
        grants=(*_on("cru", m.Policy),),
    ),
)
"""States, progress and what a vendor agreed to are written by services only: the models refuse everybody
else."""
