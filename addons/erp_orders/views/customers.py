"""Credit limit and block on the customer."""

from __future__ import annotations

from typing import Any

from addons.base.models import Party
from core.api import Field, FormExtension, Section, Smart, _

VIEWS: tuple[Any, ...] = (
    FormExtension(
        Party,
        sections=(
            Section(
                _("Orders"),
                ("credit_limit", "under_delivery"),
                ("orders_blocked", Field("block_reason", visible=lambda party: party.orders_blocked)),
                visible=lambda party: party.is_customer,
            ),
        ),
        smart=(
            Smart(
                "erp_orders",
                _("Customer orders"),
                icon="file-check",
                target="erp_orders.order",
                via="party_id",
            ),
        ),
    ),
)
