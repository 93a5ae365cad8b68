"""The page of the purchasing rules."""

from __future__ import annotations

from typing import Any

from addons.erp_purchase.models import Policy
from core.api import Form, List, Section, _

VIEWS: tuple[Any, ...] = (
    List(Policy, columns=("buyer_limit", "approver_limit", "receipt_over"), create=False),
    Form(
        Policy,
        title="title",
        deletable=False,
        sections=(
            Section(_("Approval"), ("buyer_limit",), ("approver_limit",)),
            Section(_("At the dock"), ("receipt_over",), ("remind_after",)),
            Section(
                _("On bills"),
                ("bill_quantity_over",),
                ("bill_price_over", "bill_amount_over"),
            ),
        ),
    ),
)
