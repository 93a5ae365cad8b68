"""The monthly or quarterly VAT return of the French ordinary regime (form 3310-CA3-SD).

Figures are whole euros: less than 0.50 is dropped, 0.50 and more counts as one (CGI, art. 1657, 1).
Boxes of taxes that the addon does not know (overseas, Corsica, oil) are left out.
"""

from __future__ import annotations

from addons.erp_accounting.taxforms import TaxForm

CA3 = TaxForm(
    key="fr_ca3",
    name="Déclaration de TVA (CA3)",
    country="FR",
    taxed=(
        ("A1", "Ventes, prestations de services"),
        ("A2", "Autres opérations imposables"),
        ("A3", "Achats de prestations de services auprès d'un assujetti non établi en France"),
        ("A4", "Importations autres que les produits pétroliers"),
        ("B2", "Acquisitions intracommunautaires"),
        ("B5", "Régularisations"),
    ),
    untaxed=(
        ("E1", "Exportations hors UE"),
        ("E2", "Autres opérations non imposables"),
        ("F2", "Livraisons intracommunautaires à destination d'une personne assujettie"),
        ("F8", "Régularisations"),
    ),
    due=(
        ("08", "Taux normal 20 %"),
        ("09", "Taux réduit 5,5 %"),
        ("9B", "Taux réduit 10 %"),
        ("T6", "Taux particulier 2,1 %"),
        ("I1", "Importations, taux normal 20 %"),
        ("I2", "Importations, taux réduit 10 %"),
        ("I4", "Importations, taux réduit 5,5 %"),
        ("I5", "Importations, taux particulier 2,1 %"),
        ("15", "TVA antérieurement déduite à reverser"),
    ),
    due_total=("16", "Total de la TVA brute due"),
    due_of={"17": ("dont TVA sur acquisitions intracommunautaires", ("B2",))},
    deductible=(
        ("19", "Biens constituant des immobilisations"),
        ("20", "Autres biens et services"),
        ("21", "Autre TVA à déduire"),
    ),
    carried=("22", "Report du crédit de la déclaration précédente"),
    deductible_total=("23", "Total de la TVA déductible"),
    deductible_of={"24": ("dont TVA déductible sur importations", ("A4",))},
    credit=("25", "Crédit de TVA"),
    carry=("27", "Crédit à reporter"),
    payable=("28", "TVA nette due"),
    base_back="F8",
    untaxed_back="B5",
    due_back="15",
    deductible_back="21",
)
