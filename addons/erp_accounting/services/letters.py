"""Letters about invoices that are ready from the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.services.ready_letters import ReadyLetter, offer
from addons.erp_accounting.models import Invoice
from core.api import _

if TYPE_CHECKING:
    from core.api import Env

LETTERS = (
    ReadyLetter(
        _("Invoice"),
        _("{kind} {number} from {company.name}"),
        _(
            "Hello,\n\nAttached: {kind} {number} over {total}, due on {due_date}. Thank you.\n\n"
            "Kind regards\n{user.name}\n{company.name}"
        ),
        "erp_accounting.invoice",
    ),
    ReadyLetter(
        _("Payment reminder"),
        _("Invoice {number} is still open"),
        _(
            "Hello,\n\nOur invoice {number} of {date} was due on {due_date}; {open_amount} is still"
            " open. It is attached again. If your payment is already on its way, there is nothing more to"
            " do.\n\nKind regards\n{user.name}\n{company.name}"
        ),
        "erp_accounting.invoice",
    ),
)


def seed(env: Env) -> None:
    """Write what is missing."""
    offer(env, Invoice.model_name, LETTERS)
