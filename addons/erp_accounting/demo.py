"""Half a year of invoices, bills and payments for a look around."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Address, Party
from addons.catalog.models import Tax, TaxCategory, TaxKind
from addons.erp_accounting import demo_analytic, demo_bank
from addons.erp_accounting.models import InvoiceKind, JournalKind, PaymentTerm
from addons.erp_accounting.services import entries, invoices, ledgers, payments
from addons.erp_accounting.services.invoices import LineDraft
from core.api import _

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env

CUSTOMERS = (
    ("Hôtel des Tilleuls", "14 quai des Tanneurs", "74000", "Annecy"),
    ("Brasserie Kervran", "3 place du Marché", "29000", "Quimper"),
    ("Clinique Saint-Aubin", "27 avenue Pasteur", "49000", "Angers"),
    ("Groupe Castellane", "8 rue de la République", "13001", "Marseille"),
)
SUPPLIERS = (
    ("Verrerie du Lac", "5 chemin des Sables", "74200", "Thonon"),
    ("Transports Merlet", "Zone des Épinettes", "38000", "Grenoble"),
)
SALES = (
    (150, 0, "Pendant Orla 40", 12, "189.00", True),
    (128, 1, "Wall light Nive", 8, "96.50", True),
    (95, 2, "LED strip 24 V", 40, "58.00", True),
    (70, 0, "On-site installation", 3, "620.00", False),
    (52, 3, "Pendant Orla 60", 20, "264.00", False),
    (33, 1, "DALI dimmer, 2 channels", 6, "142.00", True),
    (12, 2, "Wall light Nive", 24, "96.50", False),
    (4, 3, "Ceiling rose, brass", 30, "24.00", False),
)
"""Days ago, customer, description, quantity, price, paid."""
BILLS = (
    (160, 0, "Glass shades", 200, "11.40", True),
    (101, 1, "Deliveries, third quarter", 1, "860.00", True),
    (40, 0, "Glass shades", 150, "11.60", False),
    (9, 1, "Deliveries, October", 1, "318.00", False),
)


def load(env: Env) -> None:
    """Write the examples through the same services that people use."""
    today = env.today()
    customers = [_party(env, row, is_customer=True) for row in CUSTOMERS]
    suppliers = [_party(env, row, is_supplier=True) for row in SUPPLIERS]
    sites, shared = demo_analytic.begin(env, customers)
    _capital(env, today - timedelta(days=200))
    term = env.session.scalars(
        select(env[PaymentTerm])
        .where(env[PaymentTerm].company_id == env.company_id)
        .order_by(env[PaymentTerm].id)
        .offset(1)
        .limit(1)
    ).first()
    last = None
    for days, who, text, quantity, price, paid in SALES:
        invoice = invoices.draft(
            env,
            InvoiceKind.CUSTOMER_INVOICE,
            customers[who],
            [_line(env, TaxKind.SALE, text, quantity, price, sites[who])],
            date=today - timedelta(days=days),
            payment_term=term,
        )
        invoices.post(env, invoice)
        if paid:
            payments.register(env, [invoice], date=today - timedelta(days=max(days - 28, 0)))
        last = invoice
    for days, who, text, quantity, price, paid in BILLS:
        bill = invoices.draft(
            env,
            InvoiceKind.SUPPLIER_INVOICE,
            suppliers[who],
            [_line(env, TaxKind.PURCHASE, text, quantity, price, shared)],
            date=today - timedelta(days=days),
            their_reference=f"F-{1000 - days}",
            payment_term=term,
        )
        invoices.post(env, bill)
        if paid:
            payments.register(env, [bill], date=today - timedelta(days=max(days - 30, 0)))
    if last is not None:
        payments.register(env, [last], amount=Decimal(300), date=today)
    invoices.draft(
        env,
        InvoiceKind.CUSTOMER_INVOICE,
        customers[0],
        [
            _line(env, TaxKind.SALE, "Pendant Orla 40", 24, "189.00", sites[0]),
            _line(env, TaxKind.SALE, "On-site installation", 2, "620.00", sites[0]),
        ],
        payment_term=term,
    )
    demo_analytic.budget(env)
    demo_bank.load(env)


def _party(env: Env, row: tuple[str, str, str, str], **kind: bool) -> Party:
    """The contact of that name, which the examples of other apps may have made already."""
    name, street, postcode, city = row
    found = env.session.scalars(select(env[Party]).where(env[Party].name == name).limit(1)).first()
    if found is not None:
        for key, value in kind.items():
            setattr(found, key, value)
        return found
    party = env.add(Party, name=name, **kind)
    env.add(Address, party_id=party.id, street=street, postcode=postcode, city=city, country="FR")
    return party


def _line(env: Env, kind: TaxKind, text: str, quantity: int, price: str, analytic: int) -> LineDraft:
    tax = env.session.scalars(
        select(env[Tax])
        .where(
            env[Tax].company_id == env.company_id,
            env[Tax].kind == kind,
            env[Tax].category == TaxCategory.STANDARD,
            env[Tax].active,
        )
        .order_by(env[Tax].position)
        .limit(1)
    ).first()
    purpose = "sales" if kind is TaxKind.SALE else "purchases"
    return LineDraft(
        description=text,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        taxes=[tax] if tax else [],
        account=ledgers.account_id(env, purpose),
        distribution=analytic,
    )


def _capital(env: Env, day: date) -> None:
    bank = entries.journal_of(env, JournalKind.BANK)
    if bank.account_id is None:
        return
    entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=day,
        lines=[
            entries.Posting(bank.account_id, debit=Decimal(20000)),
            entries.Posting(ledgers.account_id(env, "retained"), credit=Decimal(20000)),
        ],
        label=str(_("Opening balance")),
    )
