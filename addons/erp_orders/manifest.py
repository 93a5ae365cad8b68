"""What Settings > Apps shows about erp_orders."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="erp_orders",
    version="0.1.0",
    category="ERP",
    depends=("base", "catalog"),
    title=_("Customer orders"),
    summary=_("Take customer orders, and see at any moment what is reserved, delivered and invoiced."),
    icon="file-check",
)
