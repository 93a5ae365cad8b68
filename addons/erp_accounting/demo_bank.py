"""A bank account with one statement, for a look at matching."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import (
    BankAccount,
    BankRule,
    Invoice,
    InvoiceKind,
    InvoiceState,
    JournalKind,
    PaymentStatus,
    RuleDirection,
    StatementFormat,
)
from addons.erp_accounting.queries import bank as queries
from addons.erp_accounting.services import entries, ledgers
from addons.erp_accounting.services.bank import importing
from addons.erp_accounting.services.bank.statement import ParsedLine, ParsedStatement
from core.api import ZERO, _

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env

IBAN = "FR7610107001011234567890129"
HOTEL_IBAN = "FR7630006000011234567890189"


def load(env: Env) -> None:
    """The account behind the bank journal, a rule, and a statement of yesterday."""
    journal = entries.journal_of(env, JournalKind.BANK)
    if journal.account_id is None or ledgers.of(env).suspense_id is None:
        return
    account = env.add(
        BankAccount,
        company_id=env.company_id,
        name=str(_("Current account")),
        journal_id=journal.id,
        iban=IBAN,
        currency=env.company.currency,
    )
    env.add(
        BankRule,
        company_id=env.company_id,
        name=str(_("Bank charges")),
        contains="frais tenue de compte",
        direction=RuleDirection.OUT,
        account_id=ledgers.of(env).bank_fees_id,
        certain=True,
    )
    yesterday = env.today() - timedelta(days=1)
    lines = _movements(env, yesterday)
    opening = queries.in_books(env, account, yesterday)
    total = sum((line.amount for line in lines), ZERO)
    statement = ParsedStatement(
        StatementFormat.CAMT, IBAN, account.currency, lines=lines, opening=opening, closing=opening + total
    )
    importing.take_in(env, [statement], "statement.xml", account=account)


def _movements(env: Env, day: date) -> list[ParsedLine]:
    sales = _open(env, InvoiceKind.CUSTOMER_INVOICE)
    bills = _open(env, InvoiceKind.SUPPLIER_INVOICE)
    found = []
    if sales:
        text = f"VIR HOTEL DES TILLEULS {sales[0].number}"
        found.append(ParsedLine(day, sales[0].open_amount, text, partner_iban=HOTEL_IBAN))
    found.append(ParsedLine(day, Decimal("-642.17"), "PRLV ENERGIE DU LAC"))
    if len(sales) > 1:
        name = sales[1].party_name.upper()
        text = f"VIR {name} {sales[1].number}"
        found.append(ParsedLine(day, sales[1].open_amount - 14, text, partner_name=name))
    if bills:
        found.append(ParsedLine(day, -bills[-1].open_amount, f"VIR {bills[-1].party_name.upper()}"))
    found.append(ParsedLine(day, Decimal("96.50"), "VIR R. DELMAS"))
    found.append(ParsedLine(day, Decimal("-18.40"), "FRAIS TENUE DE COMPTE"))
    return found


def _open(env: Env, kind: InvoiceKind) -> list[Invoice]:
    model = env[Invoice]
    return list(
        env.session.scalars(
            select(model)
            .where(
                model.company_id == env.company_id,
                model.kind == kind,
                model.state == InvoiceState.POSTED,
                model.payment_status == PaymentStatus.OPEN,
            )
            .order_by(model.date, model.id)
        )
    )
