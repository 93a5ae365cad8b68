"""A tiny addon the tests of views are about."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="sample_shop",
    version="0.1.0",
    title=_("Shop"),
    summary=_("Customers, deals and their lines."),
    icon="target",
)
