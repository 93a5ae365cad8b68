"""Sales orders: list, form with lines, confirming and cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.crm_sales.models import Order, OrderStatus
from addons.crm_sales.services import editing, orders
from addons.crm_sales.views.quotes import LINE_COLUMNS, customers, people_of
from core.api import Action, Ask, Chart, Column, Field, Form, Lines, List, Preset, Section, Smart, Tab, _

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement

    from core.api import Env


def confirmed(env: Env, model: Any) -> ColumnElement[bool]:
    """What was promised."""
    return model.status == OrderStatus.CONFIRMED  # type: ignore[no-any-return]  # composed class


def is_draft(order: Order) -> bool:
    """Drafts can still vanish."""
    return order.is_draft


def cancel(env: Env, order: Order, reason: str = "") -> None:
    """Take the promise back."""
    orders.cancel(env, order, reason or "")


def confirm_selected(env: Env, order: Order) -> None:
    """Confirm one of a selection."""
    orders.confirm(env, order)


ORDER_VIEWS = (
    List(
        Order,
        columns=(
            "number",
            "party",
            "status",
            "order_date",
            "requested_date",
            Column("net", sum=True),
            Column("total", sum=True),
            "owner",
            Column("customer_reference", hidden=True),
            Column("opportunity", hidden=True),
            Column("team", hidden=True),
        ),
        filters=("status", "party", "owner", "order_date"),
        default_sort="-order_date",
        presets=(
            Preset("open", _("Open orders"), filters=("status:draft,confirmed",)),
            Preset("drafts", _("Drafts"), filters=("status:draft",), count=True),
            Preset("by_customer", _("By customer"), filters=("status:draft,confirmed",), group_by=("party",)),
            Preset("all", _("All")),
        ),
        actions=(Action("confirm", confirm_selected, _("Confirm"), icon="check"),),
        empty=_("What customers have ordered: from a quote they accepted, or entered here directly."),
    ),
    Form(
        Order,
        title=lambda order: order.number or _("New order"),
        subtitle=lambda order: order.party.name if order.party else "",
        status="status",
        steps=("draft", "confirmed"),
        sections=(
            Section(
                "",
                (
                    Field("party", options=customers),
                    Field("contact", options=people_of),
                    "delivery_address",
                    "customer_reference",
                ),
                (
                    Field("order_date", required=False),
                    "requested_date",
                    Field("currency", required=False),
                    "owner",
                    Field(
                        "cancel_reason", readonly=True, visible=lambda o: o.status == OrderStatus.CANCELLED
                    ),
                ),
            ),
        ),
        tabs=(
            Tab(
                _("Lines"),
                Lines(
                    "lines",
                    LINE_COLUMNS,
                    picker="product",
                    kind="kind",
                    picked=editing.picked,
                    changed=editing.line_changed,
                    totals=editing.totals,
                    hint=editing.hint,
                ),
                name="lines",
            ),
            Tab(
                _("Terms"),
                Section("", ("terms",), ("invoice_address", "price_list", "opportunity", "team")),
                name="terms",
            ),
        ),
        actions=(
            Action(
                "confirm",
                orders.confirm,
                _("Confirm order"),
                icon="check",
                primary=True,
                visible=is_draft,
                done=_("Order confirmed."),
                bulk=True,
            ),
            Action(
                "cancel",
                cancel,
                _("Cancel order…"),
                icon="x",
                visible=lambda order: order.status != OrderStatus.CANCELLED,
                ask=(Ask("reason", _("Reason"), kind="long"),),
                keep=_("Keep the order"),
                danger=True,
                done=_("Order cancelled."),
                menu=True,
            ),
        ),
        smart=(
            Smart(
                "quote",
                _("Quote"),
                icon="file-invoice",
                url=lambda env, order: f"/app/crm_sales/quote/{order.quote_id}" if order.quote_id else "",
                visible=lambda order: order.quote_id is not None,
            ),
            Smart(
                "customer",
                _("Customer"),
                icon="user",
                url=lambda env, order: f"/app/base/party/{order.party_id}",
            ),
        ),
        create=editing.create_order,
        changed=editing.changed,
        deletable=is_draft,
        reports=("crm_sales.order",),
    ),
    Chart(Order, "ordered", _("Ordered by month"), by="order_date", measure="net", where=confirmed),
    Chart(
        Order,
        "top_customers",
        _("Ordered by customer"),
        by="party",
        measure="net",
        where=confirmed,
        on="order_date",
    ),
)
