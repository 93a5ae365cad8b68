"""A posted invoice keeps the words and amounts of its taxes, whatever becomes of the tax."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from addons.erp_accounting.reports.printing import REPORTS
from addons.erp_accounting.services import invoices
from core.api import Invalid
from tests.erp_accounting.factories import a_draft, a_line, a_tax

if TYPE_CHECKING:
    from addons.erp_accounting.models import Invoice
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")


def test_a_posted_invoice_keeps_what_was_posted(env: Env) -> None:
    tax = a_tax(env)
    invoice = a_draft(env, a_line("2", "100", [tax]), a_line("1", "30", [tax]))
    invoices.post(env, invoice)
    before = agreed_words(env, invoice)

    tax.name, tax.active = "TVA taux normal", False
    env.session.flush()
    env.session.expire_all()

    assert agreed_words(env, invoice) == before
    tax.rate = Decimal("8.5")
    with pytest.raises(Invalid, match="stands on entry lines"):
        env.session.flush()


def agreed_words(env: Env, invoice: Invoice) -> list[Any]:
    """Its amounts and its printed page."""
    [printed] = [one for one in REPORTS if one.name == "erp_accounting.invoice"]
    amounts = [invoice.net, invoice.tax, invoice.total, invoice.taxes, invoice.open_amount]
    return [amounts, printed.data(env, invoice)]
