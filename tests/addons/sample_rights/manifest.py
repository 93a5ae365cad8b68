"""Card of the sample."""

from __future__ import annotations

from core.api import Manifest

manifest = Manifest(
    name="sample_rights",
    version="0.1.0",
    title="Rights",
    summary="Roles on the sample shop.",
    depends=("sample_shop",),
    icon="lock",
)
