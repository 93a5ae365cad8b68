"""What Settings > Apps shows about bridge_crm_erp."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="bridge_crm_erp",
    version="0.1.0",
    category="Bridge",
    depends=("base", "catalog"),
    title=_("CRM-ERP bridge"),
    summary=_("What the CRM sells, the ERP delivers and invoices, and the CRM sees it happen."),
    icon="arrows-exchange",
    sides=(("crm_sales",), ("erp_orders", "erp_accounting", "erp_stock")),
)
