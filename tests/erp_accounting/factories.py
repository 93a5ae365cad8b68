"""Records of the books for tests; give only what matters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import ExchangeRate, Party
from addons.catalog.models import TaxKind
from addons.erp_accounting.models import (
    Account,
    AccountedTax,
    Entry,
    EntryLine,
    Invoice,
    InvoiceKind,
    JournalKind,
    Payment,
    PaymentTerm,
    PaymentTermLine,
)
from addons.erp_accounting.services import entries, invoices, ledgers, payments
from addons.erp_accounting.services.invoices import LineDraft

if TYPE_CHECKING:
    from addons.erp_accounting.services.terms import Rule
    from core.api import Env

_names = count(1)
DAY = date(2026, 3, 2)


def a_party(env: Env, **values: Any) -> Party:
    return env.add(Party, **{"name": f"Hôtel des Tilleuls {next(_names)}", "is_customer": True} | values)


def a_tax(env: Env, rate: str = "20", **values: Any) -> AccountedTax:
    """A sales tax of its own account unless told otherwise."""
    kind = values.get("kind", TaxKind.SALE)
    account = (
        ledgers.account_id(env, "deposits") if kind is TaxKind.SALE else ledgers.account_id(env, "inventory")
    )
    code = f"T{next(_names)}"
    return env.add(
        AccountedTax,
        **{"name": f"VAT {rate} %", "code": code, "kind": kind, "rate": Decimal(rate), "account_id": account}
        | values,
    )


def a_line(quantity: str = "1", unit_price: str = "100", taxes: Any = (), **values: Any) -> LineDraft:
    return LineDraft(
        **{
            "description": "Pendant Orla 40",
            "quantity": Decimal(quantity),
            "unit_price": Decimal(unit_price),
            "taxes": list(taxes),
        }
        | values
    )


def a_draft(
    env: Env, *lines: LineDraft, kind: InvoiceKind = InvoiceKind.CUSTOMER_INVOICE, **values: Any
) -> Invoice:
    party = values.pop("party", None) or a_party(env)
    return invoices.draft(env, kind, party, lines or (a_line(),), **{"date": DAY} | values)


def an_invoice(env: Env, *lines: LineDraft, **values: Any) -> Invoice:
    """A posted invoice."""
    invoice = a_draft(env, *lines, **values)
    invoices.post(env, invoice)
    return invoice


def a_payment(env: Env, invoice: Invoice, amount: str | None = None, **values: Any) -> Payment:
    """A posted payment of an invoice."""
    return payments.register(
        env, [invoice], amount=None if amount is None else Decimal(amount), **{"date": invoice.date} | values
    )


def a_term(env: Env, *rules: Rule) -> PaymentTerm:
    lines = env[PaymentTermLine]
    term = env[PaymentTerm](
        company_id=env.company_id,
        name=f"Terms {next(_names)}",
        lines=[
            lines(
                position=position,
                share=rule.share,
                value=rule.value,
                delay=rule.delay,
                months=rule.months,
                days=rule.days,
                day=rule.day,
            )
            for position, rule in enumerate(rules, start=1)
        ],
    )
    env.session.add(term)
    env.session.flush()
    return term


def a_rate(env: Env, currency: str, rate: str, day: date = DAY) -> ExchangeRate:
    """`rate`: company money for one unit."""
    return env.add(ExchangeRate, company_id=env.company_id, currency=currency, date=day, rate=Decimal(rate))


def an_account(env: Env, purpose: str) -> Account:
    return env.get(Account, ledgers.account_id(env, purpose))


def an_entry(
    env: Env, amount: str = "100", *, day: date = DAY, debit: str = "inventory", credit: str = "retained"
) -> Entry:
    """A posted entry of the general journal between two purposes."""
    return entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=day,
        lines=[
            entries.Posting(ledgers.account_id(env, debit), debit=Decimal(amount)),
            entries.Posting(ledgers.account_id(env, credit), credit=Decimal(amount)),
        ],
        label="Correction",
    )


def amounts(env: Env, entry_id: int | None) -> list[tuple[str, Decimal, Decimal]]:
    """(account code, debit, credit) of an entry's lines, sorted."""
    assert entry_id is not None
    entry = env.get(Entry, entry_id)
    return sorted((line.account.code, line.debit, line.credit) for line in entry.lines)


def balance(env: Env, code: str) -> Decimal:
    """Debit minus credit of an account, by a full scan of the lines."""
    line = env[EntryLine]
    account = env.session.scalars(
        select(env[Account].id).where(env[Account].code == code, env[Account].company_id == env.company_id)
    ).one()
    rows = env.session.scalars(select(line).where(line.account_id == account))
    return sum((row.debit - row.credit for row in rows), Decimal(0))
