"""The list and the page of purchase orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.catalog.views.totals import totals
from addons.erp_purchase.models import Order, OrderState
from addons.erp_purchase.services import approval, editing, lateness, mailing, orders
from addons.erp_purchase.views.prices import suppliers
from core.api import (
    Action,
    Ask,
    Calendar,
    Chart,
    Column,
    Field,
    Form,
    Lines,
    List,
    Part,
    Preset,
    Section,
    Tab,
    _,
)

if TYPE_CHECKING:
    from core.api import Env


def _progress(env: Env, order: Order) -> dict[str, Any]:
    late = {line.id for line in lateness.late_lines(env, order)}
    return {"rows": order.products, "late": late}


def _picked(env: Env, order: Order, line: Any) -> None:
    editing.complete_line(env, order, line)
    orders.recompute(env, order)


def _line_changed(env: Env, order: Order, line: Any) -> None:
    editing.reprice(env, order, line)
    orders.recompute(env, order)


def _changed(env: Env, order: Order, _names: frozenset[str]) -> None:
    orders.recompute(env, order)


def _warn(env: Env, order: Order) -> list[str]:
    found = []
    if order.reason and order.state in {OrderState.DRAFT, OrderState.CANCELLED}:
        found.append(order.reason)
    if lateness.late_lines(env, order):
        found.append(str(_("Goods of this order are late.")))
    return found


ADDRESS = (
    Ask("to", _("E-mail address"), default=mailing.address_of),
    Ask("message", _("Message"), "long", required=False),
)

LIST = List(
    Order,
    columns=(
        Column("title", label=_("Number")),
        "party",
        "order_date",
        Column(
            "expected_on", tone=lambda o: "warn" if o.state is OrderState.CONFIRMED and o.is_overdue else ""
        ),
        Column("net", sum=True),
        Column("total", sum=True),
        "receipt",
        "billing",
        "state",
        Column("to_bill", sum=True, hidden=True),
        Column("vendor_reference", hidden=True),
        Column("origin", hidden=True),
        Column("owner", hidden=True),
        Column("sent_at", hidden=True),
    ),
    filters=("state", "party", "receipt", "billing", "expected_on", "order_date", "owner"),
    default_sort="-order_date",
    presets=(
        Preset("open", _("Open"), filters=("state:draft,to_approve,confirmed,changing",), count=True),
        Preset("to_approve", _("To approve"), filters=("state:to_approve",), count=True),
        Preset(
            "to_receive", _("To receive"), filters=("state:confirmed", "receipt:nothing,partly"), count=True
        ),
        Preset(
            "late",
            _("Late"),
            filters=("state:confirmed", "receipt:nothing,partly", "expected_on:..yesterday"),
            sort="expected_on",
        ),
        Preset("to_bill", _("Not billed yet"), filters=("state:confirmed", "billing:nothing,partly")),
    ),
    empty=_("Write a first order to a vendor."),
)

ACTIONS = (
    Action(
        "confirm",
        service=orders.confirm,
        label=_("Confirm order"),
        primary=True,
        icon="check",
        visible=lambda o: o.is_editable,
        done=_("Done."),
    ),
    Action(
        "approve",
        service=orders.approve,
        label=_("Approve"),
        primary=True,
        icon="check",
        role=approval.APPROVER,
        visible=lambda o: o.state is OrderState.TO_APPROVE,
        done=_("Order approved."),
        bulk=True,
    ),
    Action(
        "refuse",
        service=orders.refuse,
        label=_("Do not approve…"),
        icon="x",
        role=approval.APPROVER,
        visible=lambda o: o.state is OrderState.TO_APPROVE,
        ask=(Ask("reason", _("Reason")),),
    ),
    Action(
        "send",
        service=mailing.send,
        label=_("Send to the vendor…"),
        icon="mail",
        primary=lambda o: o.state is OrderState.CONFIRMED and o.sent_at is None,
        visible=lambda o: o.state in {OrderState.CONFIRMED, OrderState.DONE},
        explain=_("The order goes along as a PDF, in the vendor's language."),
        ask=ADDRESS,
        done=_("Sent."),
    ),
    Action(
        "remind",
        service=mailing.remind,
        label=_("Remind the vendor…"),
        icon="bell",
        menu=True,
        visible=lambda o: o.state is OrderState.CONFIRMED and o.is_overdue,
        ask=ADDRESS,
        done=_("Sent."),
    ),
    Action(
        "change",
        service=orders.change,
        label=_("Change the order"),
        icon="pencil",
        visible=lambda o: o.state in {OrderState.CONFIRMED, OrderState.DONE},
        explain=_("The lines can be edited; the change counts once you confirm it."),
    ),
    Action(
        "postpone",
        service=orders.postpone,
        label=_("Expected on another day…"),
        icon="calendar",
        menu=True,
        visible=lambda o: o.state is OrderState.CONFIRMED and o.receipt.value != "fully",
        ask=(Ask("expected_on", _("Expected on"), "date", default=lambda _env, o: o.expected_on),),
    ),
    Action(
        "close_rest",
        service=orders.close_rest,
        label=_("Expect nothing more…"),
        icon="circle-check",
        menu=True,
        visible=lambda o: o.state is OrderState.CONFIRMED and o.receipt.value == "partly",
        confirm=lambda o: _("Expect nothing more of {order}?", order=o.title),
        explain=_("Its lines go down to what was received."),
        keep=_("Keep waiting"),
    ),
    Action(
        "cancel",
        service=orders.cancel,
        label=_("Cancel order…"),
        icon="ban",
        danger=True,
        menu=True,
        visible=lambda o: o.state not in {OrderState.CANCELLED, OrderState.DONE},
        ask=(Ask("reason", _("Reason")),),
        confirm=lambda o: _("Cancel {order}?", order=o.title),
        keep=_("Keep the order"),
    ),
)

FORM = Form(
    Order,
    title="title",
    subtitle=lambda o: o.party.name if o.party else "",
    status="state",
    steps=("draft", "confirmed", "done"),
    create=editing.create,
    changed=_changed,
    warn=_warn,
    deletable=lambda o: o.state is OrderState.DRAFT and o.number is None,
    sections=(
        Section(
            "",
            (
                Field("party", options=suppliers),
                "vendor_reference",
                "origin",
                "owner",
            ),
            (
                Field("order_date", required=False),
                "expected_on",
                Field("currency", required=False),
                "policy",
                Field("receipt", readonly=True, visible=lambda o: o.is_live),
                Field("billing", readonly=True, visible=lambda o: o.is_live),
                Field("approved_by", readonly=True, visible=lambda o: o.approved_by_id),
                Field("sent_at", readonly=True, visible=lambda o: o.sent_at),
            ),
        ),
    ),
    tabs=(
        Tab(
            _("Lines"),
            Lines(
                "lines",
                (
                    "product",
                    "description",
                    "quantity",
                    "unit",
                    "unit_price",
                    "discount",
                    "taxes",
                    Field("net", readonly=True),
                ),
                picker="product",
                kind="kind",
                picked=_picked,
                changed=_line_changed,
                totals=totals,
            ),
        ),
        Tab(
            _("Progress"),
            Part("erp_purchase/_progress.html", context=_progress),
            visible=lambda o: o.is_live,
        ),
        Tab(_("Note"), Section("", ("note",))),
    ),
    actions=ACTIONS,
    reports=("erp_purchase.order",),
    mail=False,
)

VIEWS: tuple[Any, ...] = (
    LIST,
    FORM,
    Calendar(Order, start="expected_on", title="title"),
    Chart(
        Order, name="purchased_by_month", label=_("Ordered by month"), by="order_date", measure="net_company"
    ),
)
