"""Payments on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import JournalKind, Payment, PaymentState
from addons.erp_accounting.queries import documents
from addons.erp_accounting.services import editing, payments
from core.api import Action, Ask, Column, Field, Form, List, Part, Preset, Section, Tab, _

if TYPE_CHECKING:
    from core.api import Env


def _is_draft(payment: Any) -> bool:
    return payment.state is PaymentState.DRAFT


def _banks(_env: Env, _record: Any, journal: Any) -> Any:
    return journal.kind.in_([JournalKind.BANK, JournalKind.CASH])


PAYMENTS = (
    List(
        Payment,
        columns=(
            "number",
            "date",
            "party",
            "direction",
            "journal",
            Column("memo", hidden=True),
            Column("amount", sum=True),
            "currency",
            "state",
        ),
        filters=("party", "direction", "journal", "state", "date"),
        default_sort="-date",
        presets=(
            Preset("received", _("Received"), ("direction:in",)),
            Preset("sent", _("Sent"), ("direction:out",)),
        ),
        empty=_("Register payments on an invoice, or enter an advance here."),
    ),
    Form(
        Payment,
        title="title",
        subtitle=lambda payment: payment.party.name if payment.party else "",
        status="state",
        steps=("draft", "posted"),
        deletable=_is_draft,
        defaults={"currency": lambda env: env.company.currency, "date": lambda env: env.today()},
        create=editing.create_payment,
        sections=(
            Section(
                "",
                ("party", "direction", "memo"),
                (
                    "date",
                    Field("journal", options=_banks),
                    "amount",
                    "currency",
                    Field("write_off", readonly=True, visible=lambda payment: bool(payment.write_off)),
                ),
            ),
        ),
        tabs=(
            Tab(
                _("Settled"),
                Part("erp_accounting/_settled.html", documents.settled_context),
                name="settled",
                visible=lambda payment: bool(payment.entry_id),
            ),
            Tab(
                _("Journal entry"),
                Part("erp_accounting/_entry_lines.html", documents.entry_context),
                name="entry",
                visible=lambda payment: bool(payment.entry_id),
            ),
        ),
        actions=(
            Action(
                "post",
                service=payments.post,
                label=_("Post"),
                icon="check",
                primary=True,
                visible=_is_draft,
                done=_("Payment posted."),
            ),
            Action(
                "reverse",
                service=payments.take_back,
                label=_("Reverse…"),
                icon="arrow-back-up",
                danger=True,
                visible=lambda payment: bool(payment.is_posted),
                confirm=lambda payment: _("Reverse payment {payment}?", payment=payment.title),
                explain=_("A reversal is posted and the invoices it paid are open again."),
                keep=_("Keep the payment"),
                ask=(Ask("date", _("Date"), "date", default=lambda env, _payment: env.today()),),
                done=_("Payment reversed."),
            ),
        ),
    ),
)
