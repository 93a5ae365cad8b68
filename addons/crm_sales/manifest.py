"""What Settings > Apps shows about crm_sales."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="crm_sales",
    version="0.1.0",
    category="CRM",
    depends=("base", "catalog"),
    title=_("Sales"),
    summary=_("Follow opportunities until they are won or lost, quote, and take the order."),
    icon="target",
)
