"""Everything a statement line may be matched with, read once for all lines of a page, as plain values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from addons.base.models import Party
from addons.base.models.keys import company_key
from addons.erp_accounting.models import (
    Account,
    AccountType,
    BankAccount,
    BankConfirmation,
    BankRule,
    Entry,
    EntryLine,
    Invoice,
    OpenItem,
    PartyAccount,
    Payment,
    PaymentState,
)
from addons.erp_accounting.services.bank.evidence import Names, References
from core.api import ZERO

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from core.api import Env

MOST_ITEMS = 50_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a line may pay: an open item, or a payment that was booked on the bank account already."""

    key: str
    """"i12": open item 12; "p34": entry line 34 of a payment."""
    id: int
    account: int
    party: int | None
    party_name: str
    number: str
    """Of the document, else of the entry."""
    currency: str
    open: Decimal
    """What is left, in `currency`, signed: positive is settled by money that comes in."""
    home: Decimal
    """The same in the company's currency."""
    due: dt.date
    date: dt.date
    is_payment: bool = False
    """Registered already; the statement only confirms it."""
    references: tuple[str, ...] = ()
    total: Decimal = ZERO
    invoice: int | None = None
    discount_until: dt.date | None = None
    """Until this day a payment may be less by the discount of the payment terms."""


@dataclass(slots=True)
class Pool:
    """Candidates and the ways to find them."""

    home: str
    candidates: list[Candidate] = field(default_factory=list)
    references: References = field(default_factory=References)
    names: Names = field(default_factory=Names)
    by_amount: dict[tuple[str, Decimal], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_party: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    party_names: dict[int, str] = field(default_factory=dict)
    rules: list[BankRule] = field(default_factory=list)
    iban_owners: dict[str, int] = field(default_factory=dict)
    """The accounts written on contacts."""
    iban_rules: dict[str, list[BankRule]] = field(default_factory=lambda: defaultdict(list))

    def add(self, candidate: Candidate) -> None:
        """Let a candidate be found by its references, amount and party."""
        position = len(self.candidates)
        self.candidates.append(candidate)
        for reference in candidate.references:
            self.references.add(position, reference)
        self.by_amount[candidate.currency, candidate.open].append(position)
        if candidate.party is not None:
            self.by_party[candidate.party].append(position)

    def by_key(self, key: str) -> Candidate | None:
        """A candidate by its key."""
        return next((one for one in self.candidates if one.key == key), None)


def load(env: Env, account: BankAccount) -> Pool:
    """Open items of customers, suppliers and payments under way, payments on the bank account that no
    statement has shown yet, and the rules that are on."""
    pool = Pool(env.company.currency)
    _items(env, pool, account)
    _payments(env, pool, account)
    _parties(env, pool)
    owners = env[PartyAccount]
    pool.iban_owners = {
        row.iban: row.party_id
        for row in env.session.execute(
            select(owners.iban, owners.party_id)
            .where(owners.company_id == env.company_id, owners.active)
            .order_by(owners.id.desc())
        )
    }
    _rules(env, pool, account)
    return pool


def _items(env: Env, pool: Pool, account: BankAccount) -> None:
    item, accounts, entry, invoice, party = env[OpenItem], env[Account], env[Entry], env[Invoice], env[Party]
    kinds = [AccountType.RECEIVABLE, AccountType.PAYABLE]
    wanted = or_(accounts.type.in_(kinds), accounts.id == account.transit_account_id)
    rows = env.session.execute(
        select(
            item.id,
            item.account_id,
            item.party_id,
            party.name,
            entry.number,
            invoice.id,
            invoice.their_reference,
            invoice.origin,
            item.currency,
            item.residual_currency,
            item.residual,
            item.due_date,
            item.date,
            item.amount_currency,
            entry.label,
            invoice.discount_until,
        )
        .join(accounts, accounts.id == item.account_id)
        .join(entry, entry.id == item.entry_id)
        .outerjoin(invoice, invoice.entry_id == item.entry_id)
        .outerjoin(party, party.id == item.party_id)
        .where(
            item.company_id == env.company_id,
            or_(item.residual != 0, item.residual_currency != 0),
            wanted,
        )
        .order_by(item.due_date, item.id)
        .limit(MOST_ITEMS)
    )
    for row in rows:
        references = (row[4], row[6], row[7], row[14] if row[5] is None else "")
        pool.add(
            Candidate(
                f"i{row[0]}",
                row[0],
                row[1],
                row[2],
                row[3] or "",
                row[4] or row[14] or "",
                row[8],
                row[9],
                row[10],
                row[11],
                row[12],
                is_payment=row[1] == account.transit_account_id,
                references=tuple(dict.fromkeys(text for text in references if text)),
                total=row[13],
                invoice=row[5],
                discount_until=row[15],
            )
        )


def _payments(env: Env, pool: Pool, account: BankAccount) -> None:
    """Payments that went to the bank account at once."""
    journal = account.journal
    payment, line, seen, party = env[Payment], env[EntryLine], env[BankConfirmation], env[Party]
    rows = env.session.execute(
        select(
            line.id,
            line.account_id,
            payment.party_id,
            party.name,
            payment.number,
            payment.memo,
            line.currency,
            line.amount_currency,
            line.debit - line.credit,
            payment.date,
        )
        .join(line, (line.entry_id == payment.entry_id) & (line.account_id == journal.account_id))
        .join(party, party.id == payment.party_id)
        .where(
            payment.company_id == env.company_id,
            payment.journal_id == journal.id,
            payment.state == PaymentState.POSTED,
            ~select(seen.id).where(seen.entry_line_id == line.id).exists(),
        )
        .order_by(payment.date, line.id)
        .limit(MOST_ITEMS)
    )
    for row in rows:
        pool.add(
            Candidate(
                f"p{row[0]}",
                row[0],
                row[1],
                row[2],
                row[3] or "",
                row[4] or "",
                row[6],
                row[7],
                row[8],
                row[9],
                row[9],
                is_payment=True,
                references=tuple(text for text in (row[4], row[5]) if text),
                total=row[7],
            )
        )


def _parties(env: Env, pool: Pool) -> None:
    """Names of whoever has something open, and of every customer and supplier a rule speaks of."""
    for candidate in pool.candidates:
        if candidate.party is not None and candidate.party not in pool.party_names:
            pool.party_names[candidate.party] = candidate.party_name
            pool.names.add(candidate.party, company_key(candidate.party_name) or "")


def _rules(env: Env, pool: Pool, account: BankAccount) -> None:
    model = env[BankRule]
    rules = env.session.scalars(
        select(model)
        .where(
            model.company_id == env.company_id,
            model.active,
            or_(model.bank_account_id.is_(None), model.bank_account_id == account.id),
        )
        .order_by(model.position, model.is_learned, model.id)
    )
    for rule in rules:
        if rule.partner_iban and not rule.account_id:
            pool.iban_rules[rule.partner_iban].append(rule)
        else:
            pool.rules.append(rule)
