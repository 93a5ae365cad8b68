"""The plan comptable général (ANC 2014-03, amended by ANC 2022-06, in force since 1 January 2025).

Disposals are ordinary results since then (657, 757), investment grants are taken to income by 747, staff
costs reimbursed by 649; 675, 775, 777 and the transfers of charges (79) are gone.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from addons.erp_accounting.charting import AccountSpec, Chart, JournalSpec, TermSpec
from addons.erp_accounting.models import AccountType, Delay, JournalKind, Share
from addons.erp_accounting.services.terms import Rule
from addons.l10n_fr.taxes import TAXES

_T = AccountType
TYPES = {
    "1": _T.EQUITY,
    "12": _T.RESULT,
    "15": _T.LONG_LIABILITY,
    "16": _T.LONG_LIABILITY,
    "17": _T.LONG_LIABILITY,
    "18": _T.CURRENT_LIABILITY,
    "2": _T.FIXED_ASSET,
    "3": _T.CURRENT_ASSET,
    "40": _T.CURRENT_LIABILITY,
    "401": _T.PAYABLE,
    "403": _T.PAYABLE,
    "404": _T.PAYABLE,
    "405": _T.PAYABLE,
    "409": _T.CURRENT_ASSET,
    "41": _T.CURRENT_ASSET,
    "411": _T.RECEIVABLE,
    "413": _T.RECEIVABLE,
    "416": _T.RECEIVABLE,
    "419": _T.CURRENT_LIABILITY,
    "42": _T.CURRENT_LIABILITY,
    "425": _T.CURRENT_ASSET,
    "43": _T.CURRENT_LIABILITY,
    "439": _T.CURRENT_ASSET,
    "44": _T.CURRENT_LIABILITY,
    "441": _T.CURRENT_ASSET,
    "4456": _T.CURRENT_ASSET,
    "4458": _T.CURRENT_ASSET,
    "44587": _T.CURRENT_LIABILITY,
    "4482": _T.CURRENT_ASSET,
    "45": _T.CURRENT_LIABILITY,
    "4562": _T.CURRENT_ASSET,
    "46": _T.CURRENT_LIABILITY,
    "462": _T.CURRENT_ASSET,
    "465": _T.CURRENT_ASSET,
    "467": _T.CURRENT_ASSET,
    "47": _T.CURRENT_ASSET,
    "475": _T.CURRENT_LIABILITY,
    "477": _T.CURRENT_LIABILITY,
    "48": _T.PREPAYMENT,
    "487": _T.CURRENT_LIABILITY,
    "49": _T.CURRENT_ASSET,
    "5": _T.BANK,
    "50": _T.CURRENT_ASSET,
    "5181": _T.CURRENT_LIABILITY,
    "519": _T.CURRENT_LIABILITY,
    "52": _T.CURRENT_ASSET,
    "59": _T.CURRENT_ASSET,
    "6": _T.EXPENSE,
    "601": _T.COST_OF_SALES,
    "602": _T.COST_OF_SALES,
    "603": _T.COST_OF_SALES,
    "607": _T.COST_OF_SALES,
    "608": _T.COST_OF_SALES,
    "609": _T.COST_OF_SALES,
    "681": _T.DEPRECIATION,
    "7": _T.OTHER_INCOME,
    "70": _T.INCOME,
    "71": _T.INCOME,
    "72": _T.INCOME,
}
"""The longest prefix of a code decides."""
MATCHED = (
    "401",
    "403",
    "404",
    "405",
    "408",
    "409",
    "411",
    "413",
    "416",
    "418",
    "419",
    "425",
    "467",
    "471",
    "511",
    "58",
)

SUSPENSE = ("471", "472", "473")
"""Comptes d'attente: zero once a month is closed."""


def type_of(code: str) -> AccountType:
    """The type of an account by its number."""
    return next(TYPES[code[:length]] for length in range(len(code), 0, -1) if code[:length] in TYPES)


def _accounts() -> tuple[AccountSpec, ...]:
    with (Path(__file__).parent / "data" / "pcg.csv").open(encoding="utf-8") as lines:
        return tuple(
            AccountSpec(
                row["code"],
                row["name"],
                type_of(row["code"]),
                row["code"].startswith(MATCHED),
                "suspense" if row["code"].startswith(SUSPENSE) else "",
            )
            for row in csv.DictReader(lines)
        )


PCG = Chart(
    key="fr_pcg",
    name="Plan comptable général",
    country="FR",
    countries=("FR", "GF", "GP", "MC", "MQ", "RE"),
    accounts=_accounts(),
    carries_forward=True,
    purposes={
        "receivable": "411000",
        "payable": "401000",
        "sales": "707000",
        "services": "706000",
        "purchases": "607000",
        "expenses": "604000",
        "tax_collected": "445710",
        "tax_deductible": "445660",
        "tax_payable": "445510",
        "tax_credit": "445670",
        "rounding": "658000",
        "write_off_loss": "654000",
        "write_off_gain": "758000",
        "dunning_fee": "758000",
        "exchange_loss": "656000",
        "exchange_gain": "756000",
        "discount_given": "665000",
        "discount_taken": "765000",
        "deposits": "419100",
        "retained": "110000",
        "result": "120000",
        "loss": "129000",
        "inventory": "370000",
        "goods_received": "408100",
        "cost_of_sales": "603700",
        "stock_loss": "603780",
        "production": "331000",
        "landed_costs": "408100",
        "suspense": "471000",
        "bank_fees": "627000",
    },
    journals=(
        JournalSpec("VT", "Ventes", JournalKind.SALE, "FA", "707000"),
        JournalSpec("AV", "Avoirs clients", JournalKind.SALE, "AV", "707000", for_credit_notes=True),
        JournalSpec("AC", "Achats", JournalKind.PURCHASE, "AC", "607000"),
        JournalSpec("BQ", "Banque", JournalKind.BANK, "BQ", "512000"),
        JournalSpec("CA", "Caisse", JournalKind.CASH, "CA", "530000"),
        JournalSpec("OD", "Opérations diverses", JournalKind.GENERAL, "OD"),
        JournalSpec("ST", "Stocks", JournalKind.STOCK, "ST", "370000"),
        JournalSpec("AN", "À-nouveaux", JournalKind.OPENING, "AN"),
        JournalSpec("CL", "Clôture", JournalKind.CLOSING, "CL"),
    ),
    taxes=TAXES,
    terms=(
        TermSpec("À réception", (Rule(),)),
        TermSpec("30 jours", (Rule(days=30),)),
        TermSpec("45 jours fin de mois", (Rule(delay=Delay.AFTER_MONTH_END, days=45),)),
        TermSpec("60 jours", (Rule(days=60),)),
        TermSpec("Fin de mois le 10", (Rule(delay=Delay.MONTH_END_DAY, day=10),)),
        TermSpec("30 % à la commande, solde à 30 jours", (Rule(Share.PERCENT, Decimal(30)), Rule(days=30))),
    ),
)
