"""What Settings > Apps shows about erp_purchase."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="erp_purchase",
    version="0.1.0",
    category="ERP",
    depends=("base", "catalog"),
    title=_("Purchasing"),
    summary=_("Ask vendors for prices, order from them, and pay only what was ordered and received."),
    icon="truck",
)
