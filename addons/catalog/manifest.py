"""What Settings > Apps shows about catalog."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="catalog",
    version="0.1.0",
    category="Base",
    depends=("base",),
    title=_("Catalog"),
    summary=_("Products, units, taxes and price lists, shared by sales, purchasing, stock and accounting."),
    icon="tag",
)
