"""What Settings > Apps shows of l10n_fr."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="l10n_fr",
    version="0.1.0",
    category="Localisation",
    depends=("base", "catalog", "erp_accounting"),
    title=_("France"),
    summary=_("The French chart of accounts (PCG) in force since 2025, journals and VAT."),
    icon="flag",
    countries=("FR", "GF", "GP", "MC", "MQ", "RE"),
)
