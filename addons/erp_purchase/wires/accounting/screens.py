"""Bills on the order, the order and the match on its bills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import Invoice, InvoiceKind
from addons.erp_purchase.models import LIVE, Order, OrderState
from addons.erp_purchase.services import approval
from addons.erp_purchase.wires.accounting import billing, matching
from core.api import Action, Ask, Column, Field, FormExtension, ListExtension, Part, Smart, Tab, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env

INVOICING = "erp_accounting.invoicing"


def _bill(env: Env, order: Order) -> Invoice:
    return billing.create_bill(env, order)


def _match(env: Env, invoice: Invoice, *, order: Order) -> None:
    billing.match_with(env, invoice, order)


def _context(env: Env, invoice: Invoice) -> dict[str, Any]:
    rows = matching.matches(env, invoice) if invoice.id else []
    return {"rows": rows, "accepted": getattr(invoice, "match_reason", None)}


def _is_bill(invoice: Invoice) -> bool:
    return invoice.kind in billing.KINDS


def _matched(invoice: Invoice) -> bool:
    return _is_bill(invoice) and bool(invoice.id) and bool(billing.order_lines(invoice))


def _of_vendor(_env: Env, invoice: Invoice, order: type[Order]) -> ColumnElement[bool]:
    return (order.party_id == invoice.party_id) & order.state.in_(LIVE)


VIEWS: tuple[Any, ...] = (
    FormExtension(
        Order,
        actions=(
            Action(
                "create_bill",
                service=_bill,
                label=_("Create bill"),
                icon="file-invoice",
                role=INVOICING,
                primary=lambda o: o.state is OrderState.CONFIRMED and o.receipt.value == "fully",
                visible=lambda o: o.state in {OrderState.CONFIRMED, OrderState.DONE},
                explain=_(
                    "A draft of what was received and is not billed; a credit note for what went back."
                ),
            ),
        ),
        smart=(
            Smart(
                "bills",
                _("Bills"),
                icon="file-invoice",
                target="erp_accounting.invoice",
                via="purchase_order_id",
                list_name="suppliers",
            ),
        ),
    ),
    FormExtension(
        Invoice,
        fields=(
            Field(
                "purchase_order",
                readonly=True,
                after="their_reference",
                visible=lambda i: i.purchase_order_id,
            ),
            Field("match_by", readonly=True, after="owner", visible=lambda i: i.match_by_id),
            Field("match_reason", readonly=True, after="match_by", visible=lambda i: i.match_reason),
        ),
        tabs=(
            Tab(
                _("Match"),
                Part("erp_purchase/_match.html", context=_context),
                name="match",
                after="lines",
                visible=_matched,
            ),
        ),
        actions=(
            Action(
                "match_with_order",
                service=_match,
                label=_("Match with an order…"),
                icon="arrows-join",
                menu=True,
                visible=lambda i: _is_bill(i) and i.is_draft,
                explain=_("The lines of the bill are tied to those of the order by their products."),
                ask=(Ask("order", _("Purchase order"), "relation", model=Order, options=_of_vendor),),
            ),
            Action(
                "accept_match",
                service=matching.accept,
                label=_("Accept the difference…"),
                icon="shield-check",
                menu=True,
                role=approval.APPROVER,
                visible=lambda i: i.kind is InvoiceKind.SUPPLIER_INVOICE and i.is_draft and _matched(i),
                explain=_(
                    "The bill can be posted although it does not match; your name and reason are kept."
                ),
                ask=(Ask("reason", _("Reason")),),
                done=_("Accepted."),
            ),
        ),
    ),
    ListExtension(
        Invoice, columns=(Column("purchase_order", hidden=True, after="origin"),), list_name="suppliers"
    ),
)
