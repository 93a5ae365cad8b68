"""What Settings > Apps shows about erp_stock."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="erp_stock",
    version="0.1.0",
    category="ERP",
    depends=("base", "catalog"),
    title=_("Stock"),
    summary=_("Receive, store and deliver goods, and know at any moment what is there and what it is worth."),
    icon="package",
)
