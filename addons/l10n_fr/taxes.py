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
DUE = {"20": "08", "10": "9B", "5.5": "09", "2.1": "T6"}
"""Lines of the CA3 for operations in mainland France, by rate."""
DUE_ON_IMPORTS = {"20": "I1", "10": "I2", "5.5": "I4", "2.1": "I5"}
ASSETS_BOX, GOODS_BOX = "19", "20"

_SALES = tuple(
    TaxSpec(
        code=f"FR-C{code}",
        name=f"TVA {code.replace('.', ',')} %",
        kind=TaxKind.SALE,
        rate=rate,
        account=COLLECTED,
        base_box="A1",
        due_box=DUE[code],
    )
    for code, rate in RATES
)
_SALES_ON_PAYMENT = tuple(
    TaxSpec(
        code=f"FR-E{code}",
        name=f"TVA {code.replace('.', ',')} % sur encaissements",
        kind=TaxKind.SALE,
        rate=rate,
        scope=TaxScope.SERVICE,
        account=COLLECTED,
        on_payment=True,
        base_box="A1",
        due_box=DUE[code],
    )
    for code, rate in RATES
)
"""Services are taxed when they are paid, unless the supplier opted for debits (CGI, art. 269, 2, c)."""
_SALES_INCLUDED = tuple(
    TaxSpec(
        code=f"FR-C{code}-TTC",
        name=f"TVA {code.replace('.', ',')} % incluse",
        kind=TaxKind.SALE,
        rate=rate,
        account=COLLECTED,
        included=True,
        base_box="A1",
        due_box=DUE[code],
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
        deductible_box=GOODS_BOX,
    )
    for code, rate in RATES
)
_PURCHASES_ON_PAYMENT = tuple(
    TaxSpec(
        code=f"FR-DE{code}",
        name=f"TVA {code.replace('.', ',')} % déductible sur décaissements",
        kind=TaxKind.PURCHASE,
        rate=rate,
        scope=TaxScope.SERVICE,
        account=DEDUCTIBLE,
        on_payment=True,
        deductible_box=GOODS_BOX,
    )
    for code, rate in RATES
)
"""Deducted when it is due at the supplier (CGI, art. 271, I, 2)."""
_NOT_CHARGED = (
    TaxSpec(
        code="FR-LIC",
        name="Livraison intracommunautaire",
        kind=TaxKind.SALE,
        scope=TaxScope.GOODS,
        category=TaxCategory.INTRA_COMMUNITY,
        base_box="F2",
        reason="Exonération de TVA, article 262 ter, I du code général des impôts",
    ),
    TaxSpec(
        code="FR-PSI",
        name="Prestation intracommunautaire",
        kind=TaxKind.SALE,
        scope=TaxScope.SERVICE,
        category=TaxCategory.REVERSE_CHARGE,
        base_box="E2",
        reason="Autoliquidation, article 283-2 du code général des impôts",
    ),
    TaxSpec(
        code="FR-AUTO-V",
        name="Autoliquidation en France",
        kind=TaxKind.SALE,
        category=TaxCategory.REVERSE_CHARGE,
        base_box="E2",
        reason="Autoliquidation, article 283-2 nonies du code général des impôts",
    ),
    TaxSpec(
        code="FR-EXP",
        name="Exportation hors UE",
        kind=TaxKind.SALE,
        category=TaxCategory.EXPORT,
        base_box="E1",
        reason="Exonération de TVA, article 262, I du code général des impôts",
    ),
    TaxSpec(
        code="FR-EXO",
        name="Exonéré de TVA",
        kind=TaxKind.SALE,
        category=TaxCategory.EXEMPT,
        base_box="E2",
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
        base_box=box,
        due_box=(DUE_ON_IMPORTS if kind == "IMP" else DUE)[code],
        deductible_box=GOODS_BOX,
    )
    for kind, label, scope, category, box in (
        ("AIC", "Acquisition intracommunautaire", TaxScope.GOODS, TaxCategory.INTRA_COMMUNITY, "B2"),
        ("API", "Prestation reçue de l'étranger", TaxScope.SERVICE, TaxCategory.REVERSE_CHARGE, "A3"),
        ("AUTO", "Autoliquidation en France", TaxScope.ANY, TaxCategory.REVERSE_CHARGE, "A2"),
        ("IMP", "Importation", TaxScope.GOODS, TaxCategory.REVERSE_CHARGE, "A4"),
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
        deductible_box=ASSETS_BOX,
    ),
    TaxSpec(
        code="FR-A0",
        name="Achat sans TVA",
        kind=TaxKind.PURCHASE,
        category=TaxCategory.EXEMPT,
    ),
)

TAXES = (
    *_SALES,
    *_SALES_INCLUDED,
    *_SALES_ON_PAYMENT,
    *_NOT_CHARGED,
    *_PURCHASES,
    *_PURCHASES_ON_PAYMENT,
    *_OTHER_PURCHASES,
    *_OWED,
)
