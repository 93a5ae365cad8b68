"""Quotes: list, form with lines, sending and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.base.models import PartyKind
from addons.catalog.models import TaxKind
from addons.crm_sales.models import Quote, QuoteStatus
from addons.crm_sales.services import editing, mailing, quotes
from core.api import Action, Ask, Column, Field, Form, Lines, List, Preset, Section, Smart, Tab, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from addons.crm_sales.models import Order
    from core.api import Env


def customers(env: Env, document: Any, model: Any) -> ColumnElement[bool]:
    """Anybody who is not archived can be quoted."""
    return model.active.is_(True)  # type: ignore[no-any-return]  # composed class


def people_of(env: Env, document: Any, model: Any) -> ColumnElement[bool]:
    """The customer's own people, or anybody before a customer is chosen."""
    criterion: ColumnElement[bool] = (model.kind == PartyKind.PERSON) & model.active
    return criterion & (model.parent_id == document.party_id) if document.party_id else criterion


def sale_taxes(env: Env, line: Any, model: Any) -> ColumnElement[bool]:
    """Taxes on sales."""
    return (model.kind == TaxKind.SALE) & model.active  # type: ignore[no-any-return]  # composed class


def products(env: Env, line: Any, model: Any) -> ColumnElement[bool]:
    """What is still offered."""
    return model.active.is_(True)  # type: ignore[no-any-return]  # composed class


LINE_COLUMNS = (
    Field("product", options=products, required=False),
    Field("description"),
    "quantity",
    "unit_price",
    Field("discount", label=_("Disc. %")),
    Field("taxes", label=_("Tax"), options=sale_taxes),
    Field("net", readonly=True),
)


def is_draft(quote: Quote) -> bool:
    """Only a draft is changed."""
    return quote.is_draft


def versions(env: Env, quote: Quote) -> int | None:
    """How many versions there are; one is not worth a button."""
    model = env[Quote]
    where = (model.number == quote.number, model.company_id == quote.company_id)
    count = env.session.scalar(select(func.count()).select_from(model).where(*where)) or 0
    return count if count > 1 else None


def warnings(env: Env, quote: Quote) -> Sequence[str]:
    """Too late to accept, or replaced."""
    if (
        quote.status in (QuoteStatus.DRAFT, QuoteStatus.SENT)
        and quote.valid_until
        and quote.valid_until < env.today()
    ):
        return [_("This quote was valid until {day}: nobody can accept it any more.", day=quote.valid_until)]
    if quote.status == QuoteStatus.REPLACED:
        return [_("A newer version replaced this quote.")]
    return []


def accept(env: Env, quote: Quote) -> Order:
    """The customer said yes by word."""
    return quotes.accept_for_customer(env, quote)


def refuse(env: Env, quote: Quote, reason: str) -> None:
    """The customer said no."""
    quotes.refuse(env, quote, reason, name=env.user.name)


QUOTE_VIEWS = (
    List(
        Quote,
        columns=(
            Column("reference", label=_("Number")),
            "party",
            "status",
            "quoted_on",
            "valid_until",
            Column("net", sum=True),
            Column("total", sum=True),
            "owner",
            Column("opportunity", hidden=True),
            Column("team", hidden=True),
            Column("customer_reference", hidden=True),
        ),
        filters=("status", "party", "owner", "valid_until"),
        default_sort="-id",
        presets=(
            Preset("open", _("Open quotes"), filters=("status:draft,sent",), count=True),
            Preset("sent", _("Sent"), filters=("status:sent",), sort="valid_until"),
            Preset("accepted", _("Accepted"), filters=("status:accepted",)),
            Preset("all", _("All")),
        ),
        empty=_("An offer with lines, taxes and a last day; the customer accepts it on a page of their own."),
    ),
    Form(
        Quote,
        title=lambda quote: quote.reference if quote.number else _("New quote"),
        subtitle=lambda quote: quote.party.name if quote.party else "",
        status="status",
        steps=("draft", "sent", "accepted"),
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
                    Field("quoted_on", required=False),
                    Field("valid_until", required=False),
                    "requested_date",
                    Field("currency", required=False),
                    "owner",
                ),
            ),
            Section(
                _("Answer"),
                (Field("decided_by", readonly=True), Field("decided_at", readonly=True)),
                (Field("decided_ip", readonly=True), Field("decided_hash", readonly=True)),
                (Field("refusal_reason", readonly=True),),
                visible=lambda quote: quote.decided_at is not None,
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
                Section(
                    "", ("introduction", "terms"), ("invoice_address", "price_list", "opportunity", "team")
                ),
                name="terms",
            ),
        ),
        actions=(
            Action(
                "send",
                mailing.send,
                _("Send…"),
                icon="mail",
                primary=is_draft,
                visible=is_draft,
                ask=(
                    Ask("to", _("E-mail address"), default=mailing.address_of),
                    Ask("message", _("Message"), kind="long", required=False),
                ),
                explain=_("A sent quote never changes; a new version replaces it."),
                done=_("Quote sent."),
            ),
            Action(
                "send_again",
                mailing.send_again,
                _("Send again…"),
                icon="mail",
                visible=lambda quote: quote.is_sent,
                ask=(
                    Ask("to", _("E-mail address"), default=mailing.address_of),
                    Ask("message", _("Message"), kind="long", required=False),
                ),
                explain=_("The new message has a new link; the old link ends."),
                done=_("Quote sent again."),
            ),
            Action(
                "accept",
                accept,
                _("Create order"),
                icon="check",
                primary=lambda quote: quote.is_sent,
                visible=lambda quote: quote.is_draft or quote.is_sent,
                explain=_("The customer said yes by phone or on paper."),
                done=_("Order created."),
            ),
            Action(
                "refuse",
                refuse,
                _("Refused by the customer…"),
                icon="x",
                visible=lambda quote: quote.is_sent,
                ask=(Ask("reason", _("Reason"), kind="long"),),
                done=_("Refusal noted."),
                menu=True,
            ),
            Action(
                "revise",
                quotes.revise,
                _("New version"),
                icon="versions",
                visible=lambda quote: (
                    quote.status in (QuoteStatus.SENT, QuoteStatus.REFUSED, QuoteStatus.REPLACED)
                ),
                done=_("New version started."),
            ),
        ),
        smart=(
            Smart("orders", _("Sales orders"), icon="receipt", target="crm_sales.order", via="quote"),
            Smart(
                "versions",
                _("Versions"),
                icon="versions",
                count=versions,
                url=lambda env, quote: f"/app/crm_sales/quote/?q={quote.number}",
            ),
            Smart(
                "customer",
                _("Customer"),
                icon="user",
                url=lambda env, quote: f"/app/base/party/{quote.party_id}",
            ),
        ),
        create=editing.create_quote,
        changed=editing.changed,
        warn=warnings,
        deletable=is_draft,
        reports=("crm_sales.quote",),
        mail=False,
    ),
)
