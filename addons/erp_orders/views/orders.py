"""The list and the page of customer orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.catalog.views.totals import totals
from addons.erp_orders.models import InvoicePolicy, Order, OrderState
from addons.erp_orders.services import orders
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
    Menu,
    Part,
    Preset,
    Section,
    Tab,
    _,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from addons.base.models import Address, Party
    from core.api import Env


def _progress(_env: Env, order: Order) -> dict[str, Any]:
    return {"rows": order.products}


def _line_changed(env: Env, order: Order, _line: Any) -> None:
    orders.recompute(env, order)


def _changed(env: Env, order: Order, _names: frozenset[str]) -> None:
    orders.recompute(env, order)


def _create(env: Env, values: dict[str, Any]) -> Order:
    values.setdefault("owner_id", env.user.id)
    return env.add(Order, **values)


def _despite_limit(env: Env, order: Order) -> None:
    orders.confirm(env, order, despite_limit=True)


def _editable(order: Order) -> bool:
    return order.state in {OrderState.DRAFT, OrderState.CHANGING}


def _delivers(line: Any) -> bool:
    """A column for what may leave beyond, where it can still be said or is said; not where milestones fix the
    price of the order."""
    order = line.order
    if order is None or order.policy is InvoicePolicy.MILESTONE:
        return order is None
    return not order.is_agreed or any(one.over_delivery for one in order.lines)


def _customers(_env: Env, _order: Order, party: type[Party]) -> ColumnElement[bool]:
    return party.is_customer.is_(True)


def _addresses(_env: Env, order: Order, address: type[Address]) -> ColumnElement[bool]:
    return address.party_id == order.party_id


def _reach(env: Env, order: Order) -> None:
    orders.reach_milestone(env, order)


def _warn(_env: Env, order: Order) -> list[str]:
    found = [order.reason] if order.state is OrderState.HELD and order.reason else []
    if order.promised_date and order.requested_date and order.promised_date > order.requested_date:
        found.append(
            str(
                _(
                    "The customer asked for {day}, which is before the promised date.",
                    day=order.requested_date,
                )
            )
        )
    return found


VIEWS: tuple[Any, ...] = (
    List(
        Order,
        columns=(
            "number",
            "party",
            "order_date",
            "promised_date",
            Column("net", sum=True),
            Column("total", sum=True),
            "delivery",
            "invoicing",
            "state",
            Column("to_invoice", sum=True, hidden=True),
            Column("customer_reference", hidden=True),
            Column("owner", hidden=True),
        ),
        filters=("state", "party", "delivery", "invoicing", "order_date", "owner"),
        default_sort="-order_date",
        presets=(
            Preset("open", _("Open"), filters=("state:confirmed,changing,held",), count=True),
            Preset(
                "to_deliver",
                _("To deliver"),
                filters=("state:confirmed", "delivery:nothing,partly"),
                count=True,
            ),
            Preset("to_invoice", _("To invoice"), filters=("state:confirmed", "delivery:fully,partly")),
            Preset("drafts", _("Drafts"), filters=("state:draft",)),
        ),
        empty=_("Take a first order, or let the CRM send its confirmed orders here."),
    ),
    Form(
        Order,
        title="title",
        subtitle=lambda o: o.party.name if o.party else "",
        status="state",
        steps=("draft", "confirmed", "done"),
        create=_create,
        changed=_changed,
        warn=_warn,
        deletable=lambda o: o.state is OrderState.DRAFT,
        sections=(
            Section(
                "",
                (
                    Field("party", options=_customers),
                    Field("address", options=_addresses),
                    "customer_reference",
                    "owner",
                ),
                (
                    Field("order_date", required=False),
                    "requested_date",
                    "promised_date",
                    Field("policy"),
                    Field("deposit_percent", visible=lambda o: o.policy is InvoicePolicy.DEPOSIT),
                    Field("under_delivery", visible=lambda o: o.id is not None),
                    Field("delivery", readonly=True, visible=lambda o: o.is_live),
                    Field("invoicing", readonly=True, visible=lambda o: o.is_live),
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
                        Field("over_delivery", visible=_delivers),
                        Field("net", readonly=True),
                    ),
                    picker="product",
                    kind="kind",
                    picked=orders.complete_line,
                    changed=_line_changed,
                    totals=totals,
                ),
            ),
            Tab(
                _("Progress"),
                Part("erp_orders/_progress.html", context=_progress),
                visible=lambda o: o.is_live,
            ),
            Tab(
                _("Milestones"),
                Lines(
                    "milestones",
                    ("name", "share", "planned_on", Field("reached_on", readonly=True)),
                ),
                name="milestones",
                visible=lambda o: o.policy is InvoicePolicy.MILESTONE,
            ),
            Tab(_("Note"), Section("", ("note",))),
        ),
        actions=(
            Action(
                "confirm",
                service=orders.confirm,
                label=_("Confirm order"),
                primary=True,
                icon="check",
                visible=_editable,
                done=_("Order confirmed."),
            ),
            Action(
                "confirm_despite_limit",
                service=_despite_limit,
                label=_("Confirm despite the credit limit"),
                icon="check",
                visible=_editable,
                role="erp_orders.manager",
                menu=True,
                confirm=lambda o: _(
                    "Confirm {order} whatever {customer} owes?", order=o.title, customer=o.party.name
                ),
                keep=_("Keep it open"),
            ),
            Action(
                "change",
                service=orders.change,
                label=_("Change the order"),
                icon="pencil",
                visible=lambda o: o.state in {OrderState.CONFIRMED, OrderState.DONE} and not o.agreed_in,
                explain=_("The lines can be edited; the change counts once you confirm it."),
            ),
            Action(
                "reach_milestone",
                service=_reach,
                label=_("Reach the next milestone"),
                icon="flag",
                primary=lambda o: o.state is OrderState.CONFIRMED,
                visible=lambda o: (
                    o.state is OrderState.CONFIRMED
                    and o.policy is InvoicePolicy.MILESTONE
                    and any(one.reached_on is None for one in o.milestones)
                ),
                explain=_("Its share may be invoiced."),
            ),
            Action(
                "close_rest",
                service=orders.close_rest,
                label=_("Deliver nothing more…"),
                icon="circle-check",
                menu=True,
                visible=lambda o: (
                    o.state is OrderState.CONFIRMED and o.delivery.value == "partly" and not o.agreed_in
                ),
                confirm=lambda o: _("Deliver nothing more of {order}?", order=o.title),
                explain=_("Its lines go down to what was delivered."),
                keep=_("Keep the back-order"),
            ),
            Action(
                "hold",
                service=orders.hold,
                label=_("Put on hold…"),
                icon="player-pause",
                menu=True,
                visible=lambda o: o.state is OrderState.CONFIRMED,
                ask=(Ask("reason", _("Reason")),),
            ),
            Action(
                "release",
                service=orders.release,
                label=_("Release"),
                icon="player-play",
                primary=True,
                visible=lambda o: o.state is OrderState.HELD,
            ),
            Action(
                "cancel",
                service=orders.cancel,
                label=_("Cancel order…"),
                icon="x",
                danger=True,
                menu=True,
                visible=lambda o: o.state not in {OrderState.CANCELLED, OrderState.DONE} and not o.agreed_in,
                ask=(Ask("reason", _("Reason")),),
                confirm=lambda o: _("Cancel {order}?", order=o.title),
                keep=_("Keep the order"),
            ),
        ),
    ),
    Calendar(Order, start="promised_date", title="number"),
    Chart(Order, name="ordered", label=_("Ordered by month"), by="order_date", measure="net"),
)
MENUS = (Menu(_("Customer orders"), view="erp_orders.order", icon="file-check", group="erp", sequence=20),)
