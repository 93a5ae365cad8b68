"""Batches of transfers and direct debits, accounts of contacts and mandates on screen."""

from __future__ import annotations

from typing import Any

from addons.base.models import Party
from addons.erp_accounting.models import BatchState, Mandate, PartyAccount, PaymentBatch
from addons.erp_accounting.services import sepa
from core.api import (
    Action,
    Ask,
    Column,
    Field,
    Form,
    FormExtension,
    Lines,
    List,
    Preset,
    Section,
    Smart,
    Tab,
    _,
)


def _may_cancel(batch: Any) -> bool:
    return batch.state in {BatchState.DRAFT, BatchState.SENT}


SEPA = (
    List(
        PaymentBatch,
        columns=("name", "direction", "bank_account", "execution_date", Column("total", sum=True), "state"),
        filters=("state", "direction", "execution_date"),
        default_sort="-execution_date",
        presets=(
            Preset("open", _("To do"), filters=("state:draft,sent",), count=True),
            Preset("all", _("All")),
        ),
        create="/accounting/batches/new",
        empty=_("Choose open bills, and give the bank one file."),
    ),
    Form(
        PaymentBatch,
        title="name",
        status="state",
        steps=("draft", "sent", "booked"),
        sections=(Section("", ("direction", "bank_account"), ("execution_date", "total")),),
        tabs=(
            Tab(
                _("Payments"),
                Lines("lines", ("party", "holder", "iban", "label", "mandate", "amount", "payment")),
                name="lines",
            ),
        ),
        actions=(
            Action(
                "send",
                service=sepa.send,
                label=_("Make the file"),
                icon="file-download",
                primary=True,
                visible=lambda batch: bool(batch.is_draft),
                explain=_("The file is kept with the batch. Give it to your bank."),
                done=_("The file is among the files of the batch."),
            ),
            Action(
                "book",
                service=sepa.book,
                label=_("Book…"),
                icon="check",
                primary=True,
                visible=lambda batch: batch.state is BatchState.SENT,
                explain=_("When the bank has carried it out: a payment is posted for each line."),
                ask=(Ask("date", _("Date"), "date", default=lambda _env, batch: batch.execution_date),),
                done=_("Payments posted."),
            ),
            Action(
                "cancel",
                service=sepa.cancel,
                label=_("Cancel…"),
                icon="ban",
                menu=True,
                danger=True,
                visible=_may_cancel,
                confirm=lambda batch: _("Cancel {batch}?", batch=batch.name),
                explain=_("Its documents stay open and can be paid otherwise. Recall the file at the bank."),
                keep=_("Keep the batch"),
            ),
        ),
    ),
    List(
        PartyAccount,
        columns=("party", "holder", "iban", "bic", "active"),
        filters=("party", "active"),
        default_sort="party",
    ),
    Form(PartyAccount, title="iban", sections=(Section("", ("party", "iban", "bic"), ("holder", "active")),)),
    List(
        Mandate,
        columns=("number", "party", "kind", "signed_on", "iban", "used_on", "active"),
        filters=("party", "kind", "active"),
        default_sort="number",
    ),
    Form(
        Mandate,
        title="number",
        sections=(
            Section(
                "",
                ("party", "number", "kind", "signed_on"),
                ("iban", "bic", Field("used_on", readonly=True), "active"),
            ),
        ),
    ),
    FormExtension(
        Party,
        smart=(
            Smart(
                "party_accounts",
                _("IBANs"),
                icon="building-bank",
                target="erp_accounting.party_account",
                via="party",
            ),
        ),
    ),
)
