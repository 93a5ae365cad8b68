"""French VAT: rates of CGI art. 278 to 281 nonies, and what is not charged."""

from __future__ import annotations

from decimal import Decimal

from addons.catalog.models import TaxCategory, TaxKind, TaxScope
from addons.erp_accounting.charting import TaxSpec

COLLECTED = "445710"
DEDUCTIBLE = "445660"
ON_ASSETS = "445620"
OWED = "445200"
RATES = (("20", Decimal(20)), ("10", Decimal(10)), ("5.5", Decimal("5.5")), ("2.1", Decimal("2.1")))

_SALES = tuple(
    TaxSpec(
        code=f"FR-C{code}",
        name=f"TVA {code.replace('.', ',')} %",
        kind=TaxKind.SALE,
        rate=rate,
        account=COLLECTED,
    )
    for code, rate in RATES
)
_SALES_INCLUDED = tuple(
    TaxSpec(
        code=f"FR-C{code}-TTC",
        name=f"TVA {code.replace('.', ',')} % incluse",
        kind=TaxKind.SALE,
        rate=rate,
        account=COLLECTED,
        included=True,
    )
    for code, rate in RATES
)
_PURCHASES = tuple(
    TaxSpec(
        code=f"FR-D{code}",
        name=f"TVA {code.replace('.', ',')} % déductible",
        kind=TaxKind.PURCHASE,
        rate=rate,
        account=DEDUCTIBLE,
    )
    for code, rate in RATES
)
_NOT_CHARGED = (
    TaxSpec(
        code="FR-LIC",
        name="Livraison intracommunautaire",
        kind=TaxKind.SALE,
        scope=TaxScope.GOODS,
        category=TaxCategory.INTRA_COMMUNITY,
        reason="Exonération de TVA, article 262 ter, I du code général des impôts",
    ),
    TaxSpec(
        code="FR-PSI",
        name="Prestation intracommunautaire",
        kind=TaxKind.SALE,
        scope=TaxScope.SERVICE,
        category=TaxCategory.REVERSE_CHARGE,
        reason="Autoliquidation, article 283-2 du code général des impôts",
    ),
    TaxSpec(
        code="FR-AUTO-V",
        name="Autoliquidation en France",
        kind=TaxKind.SALE,
        category=TaxCategory.REVERSE_CHARGE,
        reason="Autoliquidation, article 283-2 nonies du code général des impôts",
    ),
    TaxSpec(
        code="FR-EXP",
        name="Exportation hors UE",
        kind=TaxKind.SALE,
        category=TaxCategory.EXPORT,
        reason="Exonération de TVA, article 262, I du code général des impôts",
    ),
    TaxSpec(
        code="FR-EXO",
        name="Exonéré de TVA",
        kind=TaxKind.SALE,
        category=TaxCategory.EXEMPT,
        reason="Exonération de TVA, article 261 du code général des impôts",
    ),
    TaxSpec(
        code="FR-FRANCHISE",
        name="Franchise en base",
        kind=TaxKind.SALE,
        category=TaxCategory.EXEMPT,
        reason="TVA non applicable, article 293 B du code général des impôts",
    ),
)
_OWED = tuple(
    TaxSpec(
        code=f"FR-{kind}{code}",
        name=f"{label} {code.replace('.', ',')} %",
        kind=TaxKind.PURCHASE,
        scope=scope,
        category=category,
        account=DEDUCTIBLE,
        reverse_rate=rate,
        reverse_account=OWED,
    )
    for kind, label, scope, category in (
        ("AIC", "Acquisition intracommunautaire", TaxScope.GOODS, TaxCategory.INTRA_COMMUNITY),
        ("API", "Prestation reçue de l'étranger", TaxScope.SERVICE, TaxCategory.REVERSE_CHARGE),
        ("AUTO", "Autoliquidation en France", TaxScope.ANY, TaxCategory.REVERSE_CHARGE),
        ("IMP", "Importation", TaxScope.GOODS, TaxCategory.REVERSE_CHARGE),
    )
    for code, rate in RATES
)
_OTHER_PURCHASES = (
    TaxSpec(
        code="FR-IMMO20",
        name="TVA 20 % sur immobilisations",
        kind=TaxKind.PURCHASE,
        rate=Decimal(20),
        account=ON_ASSETS,
    ),
    TaxSpec(
        code="FR-A0",
        name="Achat sans TVA",
        kind=TaxKind.PURCHASE,
        category=TaxCategory.EXEMPT,
    ),
)

TAXES = (*_SALES, *_SALES_INCLUDED, *_NOT_CHARGED, *_PURCHASES, *_OTHER_PURCHASES, *_OWED)
