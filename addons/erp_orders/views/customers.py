"""Credit limit and block on the customer."""

from __future__ import annotations

from typing import Any

from addons.base.models import Party
from addons.erp_orders.services import customers
from core.api import Action, Ask, Field, FormExtension, Section, Smart, _

MANAGER = "erp_orders.manager"

VIEWS: tuple[Any, ...] = (
    FormExtension(
        Party,
        sections=(
            Section(
                _("Orders"),
                ("credit_limit", "under_delivery"),
                (
                    Field("orders_blocked", readonly=True),
                    Field("block_reason", readonly=True, visible=lambda party: party.orders_blocked),
                ),
                visible=lambda party: party.is_customer,
            ),
        ),
        actions=(
            Action(
                "block_orders",
                customers.block,
                _("Block orders…"),
                done=_("Orders blocked."),
                icon="lock",
                role=MANAGER,
                menu=True,
                ask=(Ask("reason", _("Reason"), required=True),),
                visible=lambda party: party.is_customer and not party.orders_blocked,
            ),
            Action(
                "unblock_orders",
                customers.unblock,
                _("Allow orders again"),
                done=_("Orders allowed again."),
                icon="lock-open",
                role=MANAGER,
                menu=True,
                visible=lambda party: party.orders_blocked,
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
