"""Requests for quotation, and what each vendor offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party
from addons.erp_purchase.models import Quotation, QuotationState, Request
from addons.erp_purchase.services import mailing, requests
from addons.erp_purchase.views.prices import suppliers
from core.api import Action, Ask, Column, Field, Form, Lines, List, Part, Preset, Section, Smart, Tab, _

if TYPE_CHECKING:
    from core.api import Env


def compare(_env: Env, request: Request) -> str:
    """The way to the comparison."""
    return f"/purchasing/requests/{request.id}"


def _answered(_env: Env, request: Request) -> int:
    return sum(1 for one in request.quotations if one.state is QuotationState.ANSWERED)


def _vendors(_env: Env, request: Request) -> dict[str, Any]:
    return {"quotations": request.quotations}


def _invite_known(env: Env, request: Request) -> None:
    requests.invite_known(env, request)


def _keep_prices(env: Env, quotation: Quotation) -> None:
    requests.keep_prices(env, quotation)


def _is_open(quotation: Quotation) -> bool:
    return quotation.request is None or bool(quotation.request.is_open)


VIEWS: tuple[Any, ...] = (
    List(
        Request,
        columns=("number", "title", "owner", "answer_by", "needed_on", "state"),
        filters=("state", "owner", "answer_by", "needed_on"),
        default_sort="-number",
        presets=(Preset("open", _("Open"), filters=("state:draft,sent",), count=True),),
        empty=_("Ask several vendors for their prices, compare their offers side by side and order."),
    ),
    Form(
        Request,
        title="number",
        subtitle=lambda r: r.title or "",
        status="state",
        steps=("draft", "sent", "decided"),
        create=requests.create,
        deletable=lambda r: r.is_open,
        sections=(Section("", ("title", "owner"), ("answer_by", "needed_on")),),
        tabs=(
            Tab(
                _("Lines"),
                Lines(
                    "lines",
                    ("product", "description", "quantity", "unit"),
                    picker="product",
                    picked=requests.complete_line,
                ),
            ),
            Tab(
                _("Vendors"),
                Part("erp_purchase/_vendors.html", context=_vendors),
                name="vendors",
                count=lambda _env, r: len(r.quotations),
            ),
            Tab(_("Note"), Section("", ("note",))),
        ),
        actions=(
            Action(
                "compare",
                service=compare,
                label=_("Compare offers"),
                icon="columns",
                primary=lambda r: any(one.state is QuotationState.ANSWERED for one in r.quotations),
                visible=lambda r: bool(r.quotations),
            ),
            Action(
                "invite",
                service=requests.invite,
                label=_("Ask a vendor…"),
                icon="user-plus",
                primary=lambda r: not r.quotations,
                visible=lambda r: r.is_open,
                ask=(Ask("party", _("Vendor"), "relation", model=Party, options=suppliers),),
            ),
            Action(
                "invite_known",
                service=_invite_known,
                label=_("Ask all who have a price"),
                icon="users",
                visible=lambda r: r.is_open and bool(r.lines),
                explain=_("Every vendor with a price for one of the products is asked."),
            ),
            Action(
                "cancel",
                service=requests.cancel,
                label=_("Cancel"),
                icon="ban",
                menu=True,
                danger=True,
                visible=lambda r: r.is_open,
                confirm=lambda r: _("Cancel {request}?", request=r.number),
                keep=_("Keep the request"),
            ),
        ),
        smart=(Smart("offers", _("Offers received"), icon="columns", count=_answered, url=compare),),
    ),
    List(
        Quotation,
        columns=("request", "party", "state", "sent_at", "valid_until", Column("currency", hidden=True)),
        filters=("state", "party", "valid_until"),
        default_sort="-request",
        create=False,
        empty=_("Vendors are asked from a request for quotation."),
    ),
    Form(
        Quotation,
        title=lambda q: q.party.name if q.party else "",
        subtitle=lambda q: q.request.number if q.request else "",
        status="state",
        steps=("draft", "sent", "answered"),
        deletable=_is_open,
        sections=(
            Section(
                "",
                (Field("request", readonly=True), Field("party", readonly=True), "vendor_reference"),
                ("currency", "valid_until", Field("sent_at", readonly=True, visible=lambda q: q.sent_at)),
            ),
        ),
        tabs=(
            Tab(
                _("Offers"),
                Lines(
                    "lines",
                    (
                        Field("description", readonly=True),
                        Field("quantity", readonly=True),
                        "unit_price",
                        "discount",
                        "lead_days",
                        "remark",
                        Field("chosen", readonly=True),
                    ),
                    fixed=True,
                ),
            ),
            Tab(_("Note"), Section("", ("note",))),
        ),
        actions=(
            Action(
                "send",
                service=requests.send,
                label=_("Send to the vendor…"),
                icon="mail",
                primary=lambda q: q.state is QuotationState.DRAFT,
                visible=_is_open,
                explain=_("The request goes along as a PDF, in the vendor's language."),
                ask=(
                    Ask("to", _("E-mail address"), default=mailing.address_of),
                    Ask("message", _("Message"), "long", required=False),
                ),
                done=_("Sent."),
            ),
            Action(
                "take_known_prices",
                service=requests.take_known_prices,
                label=_("Take over known prices"),
                icon="tag",
                visible=_is_open,
                explain=_("Empty prices are filled from the vendor's price list."),
            ),
            Action(
                "keep_prices",
                service=_keep_prices,
                label=_("Keep as vendor prices"),
                icon="device-floppy",
                menu=True,
                visible=lambda q: q.state is QuotationState.ANSWERED,
                explain=_("The offers become prices of this vendor, from today until the offer ends."),
                done=_("Prices kept."),
            ),
            Action(
                "decline",
                service=requests.decline,
                label=_("They make no offer"),
                icon="x",
                menu=True,
                visible=_is_open,
            ),
        ),
        reports=("erp_purchase.request",),
        mail=False,
    ),
)
