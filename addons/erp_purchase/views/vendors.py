"""What buyers see on a vendor and on a product."""

from __future__ import annotations

from typing import Any

from addons.base.models import Party
from addons.catalog.models import Product
from core.api import Field, FormExtension, Section, Smart, _

VIEWS: tuple[Any, ...] = (
    FormExtension(
        Party,
        sections=(
            Section(
                _("Purchases"),
                ("purchase_currency", "purchase_lead_days", "minimum_order"),
                (
                    "remind_late",
                    "purchases_blocked",
                    Field("purchase_block_reason", visible=lambda party: party.purchases_blocked),
                ),
                visible=lambda party: party.is_supplier,
            ),
        ),
        smart=(
            Smart(
                "erp_purchase",
                _("Purchase orders"),
                icon="truck",
                target="erp_purchase.order",
                via="party_id",
                visible=lambda party: party.is_supplier,
            ),
            Smart(
                "erp_purchase_prices",
                _("Vendor prices"),
                icon="tag",
                target="erp_purchase.price",
                via="party_id",
                visible=lambda party: party.is_supplier,
            ),
        ),
    ),
    FormExtension(
        Product,
        smart=(
            Smart(
                "erp_purchase_prices",
                _("Vendor prices"),
                icon="tag",
                target="erp_purchase.price",
                via="product_id",
            ),
        ),
    ),
)
