"""What the books know of a person: what is not paid yet, and the posted rows that the law keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.base.services.legal import LegalCopy
from addons.erp_accounting.models import (
    BankLine,
    DunningHold,
    Entry,
    EntryLine,
    Invoice,
    InvoiceLine,
    Mandate,
    OpenItem,
    PartyAccount,
    Payment,
    PaymentBatchLine,
)
from addons.erp_accounting.models.entry import EntryState
from addons.erp_accounting.models.invoice import InvoiceState
from addons.erp_accounting.models.payment import PaymentState
from core.api import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from addons.base.models import Party
    from core.api import Env

POSTED = (
    LegalCopy(Invoice, lambda model: model.state == InvoiceState.POSTED),
    LegalCopy(InvoiceLine, lambda model: model.invoice.has(state=InvoiceState.POSTED)),
    LegalCopy(Entry, lambda model: model.state == EntryState.POSTED),
    LegalCopy(EntryLine, lambda model: model.entry.has(state=EntryState.POSTED)),
    LegalCopy(Payment, lambda model: model.state == PaymentState.POSTED),
    LegalCopy(BankLine, lambda model: model.entry_id.is_not(None)),
    LegalCopy(PaymentBatchLine, lambda model: model.payment_id.is_not(None)),
    LegalCopy(Mandate, lambda model: model.used_on.is_not(None)),
)
"""Books and their documents are kept for years (in France ten: Code de commerce, L123-22)."""


def still_open(env: Env, party: Party) -> Iterator[str]:
    """One sentence for each invoice that is not posted or not paid, one for money that is open otherwise."""
    invoice, item = env[Invoice], env[OpenItem]
    for document in env.session.scalars(
        select(invoice).where(invoice.party_id == party.id, invoice.state != InvoiceState.CANCELLED)
    ):
        if document.is_draft:
            yield _("{document} is not posted.", document=document.title)
        elif document.open_amount:
            yield _("{document} is not paid.", document=document.title)
    residual = func.coalesce(func.sum(func.abs(item.residual)), 0)
    rest = select(residual).where(
        item.party_id == party.id,
        ~item.entry_id.in_(select(invoice.entry_id).where(invoice.entry_id.is_not(None))),
    )
    if env.session.scalar(rest):
        yield _("A payment or an entry in the books is not matched yet.")
    lines = env[PaymentBatchLine]
    if env.session.scalar(
        select(func.count()).where(lines.party_id == party.id, lines.waiting).select_from(lines)
    ):
        yield _("A payment batch is not booked yet.")


def forget(env: Env, party: Party) -> None:
    """Bank accounts, stops of reminders and mandates that were never used go; a used mandate is closed, since
    the bank may ask for it for years."""
    for model in (env[PartyAccount], env[DunningHold]):
        for row in env.session.scalars(select(model).where(model.party_id == party.id)):
            env.session.delete(row)
    lines = env[PaymentBatchLine]
    for line in env.session.scalars(
        select(lines).where(lines.party_id == party.id, lines.payment_id.is_(None))
    ):
        env.session.delete(line)
    env.session.flush()
    mandates = env[Mandate]
    for mandate in env.session.scalars(select(mandates).where(mandates.party_id == party.id)):
        if mandate.used_on is None:
            env.session.delete(mandate)
        else:
            mandate.active = False
    env.session.flush()
