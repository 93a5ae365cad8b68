"""What can be done with an invoice from its screen."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import InvoiceKind, InvoiceState, Journal, JournalKind, PaymentStatus
from addons.erp_accounting.services import (
    allocating,
    correcting,
    deposits,
    discounts,
    dunning,
    invoices,
    payments,
    recurring,
)
from addons.erp_accounting.services.correcting import Correction
from core.api import Action, Ask, _

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env


def _is_open(invoice: Any) -> bool:
    return bool(invoice.is_posted and invoice.payment_status in {PaymentStatus.OPEN, PaymentStatus.PARTIAL})


def _can_credit(invoice: Any) -> bool:
    return bool(invoice.is_posted and not invoice.kind.is_credit_note)


def _is_ordinary_draft(invoice: Any) -> bool:
    kind = invoice.kind
    return bool(
        invoice.id and invoice.is_draft and kind is InvoiceKind.CUSTOMER_INVOICE and not invoice.is_deposit
    )


def _is_settled(invoice: Any) -> bool:
    return bool(invoice.is_posted and invoice.payment_status is not PaymentStatus.OPEN)


def _only_banks(_env: Env, _record: Any, journal: Any) -> Any:
    return journal.kind.in_([JournalKind.BANK, JournalKind.CASH])


def _open_amount(env: Env, invoice: Any) -> Any:
    """What is open, less a discount that can still be taken."""
    if invoice.open_amount == invoice.total and discounts.available(invoice, env.today()):
        return invoice.total - discounts.of_instalment(invoice, invoice.total).total
    return invoice.open_amount


def _allocate(_env: Env, invoice: Any) -> str:
    direction = "in" if invoice.kind.party_sign > 0 else "out"
    return f"/accounting/allocate?direction={direction}&party={invoice.party_id}&entry={invoice.entry_id}"


def _today(env: Env, _invoice: Any) -> date:
    return env.today()


POST = Action(
    "post",
    service=invoices.post,
    label=_("Post"),
    icon="check",
    primary=True,
    visible=lambda invoice: bool(invoice.is_draft),
    done=_("Invoice posted."),
    bulk=True,
)
PAY = Action(
    "pay",
    service=allocating.pay,
    label=_("Register a payment…"),
    icon="cash",
    primary=True,
    visible=_is_open,
    done=_("Payment registered."),
    ask=(
        Ask("amount", _("Amount"), "money", default=_open_amount),
        Ask("date", _("Date"), "date", default=_today),
        Ask(
            "journal",
            _("Bank or cash journal"),
            "relation",
            model=Journal,
            options=_only_banks,
            default=lambda env, _invoice: payments.usual_bank(env),
        ),
        Ask(
            "discount",
            _("Deduct the early payment discount"),
            "bool",
            required=False,
            default=lambda env, invoice: discounts.available(invoice, env.today()),
        ),
        Ask(
            "write_off",
            _("Write the difference off"),
            "bool",
            required=False,
            help=_("Otherwise it stays open, or as credit of the customer or supplier."),
        ),
        Ask("memo", _("Reference"), required=False),
    ),
)
ALLOCATE = Action(
    "allocate",
    service=_allocate,
    label=_("Pay several together…"),
    icon="arrows-split-2",
    menu=True,
    visible=_is_open,
)
DEPOSIT = Action(
    "invoice_deposit",
    service=deposits.invoice_deposit,
    label=_("Invoice a deposit…"),
    icon="coins",
    menu=True,
    visible=_is_ordinary_draft,
    explain=_("A draft deposit invoice with its tax. Deduct it here once it is posted."),
    ask=(
        Ask("percent", _("Percent"), "number", default=lambda _env, _invoice: Decimal(30)),
        Ask("date", _("Date"), "date", required=False, default=_today),
    ),
)
DEDUCT = Action(
    "deduct_deposits",
    service=deposits.deduct,
    label=_("Deduct deposits"),
    icon="arrow-bar-to-down",
    menu=True,
    visible=_is_ordinary_draft,
    done=_("Deposits deducted."),
)
CREDIT = Action(
    "credit",
    service=correcting.correct,
    label=_("Create a credit note…"),
    icon="receipt-refund",
    visible=_can_credit,
    explain=_("A posted invoice is never changed: a credit note takes it back."),
    ask=(
        Ask(
            "how",
            _("What to do"),
            "choice",
            choices=tuple((one.value, one.label) for one in Correction),
            default=lambda _env, _invoice: Correction.DRAFT.value,
        ),
        Ask("reason", _("Reason"), required=False),
        Ask("date", _("Date"), "date", default=_today),
    ),
)
APPLY = Action(
    "apply_credit",
    service=payments.apply_oldest_credit,
    label=_("Use existing credit"),
    icon="arrows-exchange",
    menu=True,
    visible=_is_open,
    done=_("Credit used."),
)
WRITE_OFF = Action(
    "write_off",
    service=payments.give_up,
    label=_("Write off what is open…"),
    icon="eraser",
    menu=True,
    danger=True,
    visible=_is_open,
    confirm=lambda invoice: _("Write off what is open of {invoice}?", invoice=invoice.title),
    keep=_("Keep it open"),
    done=_("Written off."),
)
UNRECONCILE = Action(
    "unreconcile",
    service=payments.undo_payments,
    label=_("Undo the payments…"),
    icon="link-off",
    menu=True,
    visible=_is_settled,
    confirm=lambda invoice: _("Undo what settled {invoice}?", invoice=invoice.title),
    explain=_("The payments stay posted, as credit. Exchange differences are reversed."),
    keep=_("Keep them"),
    done=_("The invoice is open again."),
)
CANCEL = Action(
    "cancel",
    service=invoices.cancel,
    label=_("Cancel the draft"),
    icon="ban",
    menu=True,
    visible=lambda invoice: bool(invoice.is_draft),
)
REOPEN = Action(
    "reopen",
    service=invoices.reopen,
    label=_("Make it a draft again"),
    icon="arrow-back-up",
    visible=lambda invoice: invoice.state is InvoiceState.CANCELLED,
)


def _is_electronic(invoice: Any) -> bool:
    return bool(invoice.is_posted and invoice.kind.is_sale)


def _factur_x(_env: Env, invoice: Any) -> str:
    return f"/accounting/einvoice/{invoice.id}/factur-x"


def _ubl(_env: Env, invoice: Any) -> str:
    return f"/accounting/einvoice/{invoice.id}/ubl"


STOP_REMINDERS = Action(
    "stop_reminders",
    service=dunning.stop,
    label=_("Stop the reminders…"),
    icon="bell-off",
    menu=True,
    visible=lambda invoice: bool(_is_open(invoice) and invoice.kind is InvoiceKind.CUSTOMER_INVOICE),
    ask=(Ask("reason", _("Reason")), Ask("until", _("Until"), "date", required=False)),
    done=_("Reminders stopped."),
)
REPEAT = Action(
    "repeat",
    service=recurring.repeat,
    label=_("Repeat…"),
    icon="repeat",
    menu=True,
    visible=lambda invoice: bool(
        invoice.id and invoice.kind is InvoiceKind.CUSTOMER_INVOICE and not invoice.is_deposit
    ),
    explain=_("A copy is written every so many months, each night when its day has come."),
    ask=(
        Ask("months", _("Every so many months"), "number", default=lambda _env, _invoice: Decimal(1)),
        Ask("first_on", _("First on"), "date", default=_today),
        Ask("post", _("Post at once"), "bool", required=False),
    ),
)
FACTUR_X = Action(
    "factur_x",
    service=_factur_x,
    label=_("Download as Factur-X"),
    icon="file-type-pdf",
    menu=True,
    visible=_is_electronic,
)
UBL = Action(
    "ubl", service=_ubl, label=_("Download as UBL"), icon="file-code", menu=True, visible=_is_electronic
)

ACTIONS = (
    POST,
    PAY,
    ALLOCATE,
    CREDIT,
    APPLY,
    DEPOSIT,
    DEDUCT,
    WRITE_OFF,
    UNRECONCILE,
    REPEAT,
    STOP_REMINDERS,
    FACTUR_X,
    UBL,
    CANCEL,
    REOPEN,
)
