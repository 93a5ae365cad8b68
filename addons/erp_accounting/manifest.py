"""What Settings > Apps shows of erp_accounting."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="erp_accounting",
    version="0.1.0",
    category="ERP",
    depends=("base", "catalog"),
    title=_("Accounting"),
    summary=_("Invoices, payments and the ledger, down to balance sheet and profit and loss."),
    icon="receipt",
)
