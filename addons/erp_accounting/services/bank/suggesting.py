"""Proposals for the lines of a bank account, and everything certain matched at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import select

from addons.erp_accounting.models import (
    AccountedTax,
    BankAccount,
    BankLine,
    BankStatement,
    Invoice,
    LineState,
)
from addons.erp_accounting.services import discounts, ledgers
from addons.erp_accounting.services.bank import applying, pool, reconciling
from addons.erp_accounting.services.bank.proposal import Context
from addons.erp_accounting.services.bank.proposals import propose
from addons.erp_accounting.services.rates import NoRate, rate_on
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.services.bank.pool import Candidate
    from addons.erp_accounting.services.bank.proposal import Proposal
    from core.api import Env

MOST_AT_ONCE = 200
"""Lines that one press of "match all certain lines" matches; the next press goes on."""


def context(env: Env, account: BankAccount) -> Context:
    """What all lines of an account share, read once."""
    return Context(
        pool.load(env, account),
        account,
        accounts_of(env),
        _rates(env),
        _discounts(env),
    )


def accounts_of(env: Env) -> applying.Accounts:
    """Where differences and taxes go, as far as the company has chosen."""
    ledger = ledgers.of(env)
    return applying.Accounts(
        fees=ledger.bank_fees_id,
        loss=ledger.write_off_loss_id,
        gain=ledger.write_off_gain_id,
        tax_deductible=ledger.tax_deductible_id,
        tax_collected=ledger.tax_collected_id,
        home=env.company.currency,
    )


def _rates(env: Env) -> Callable[[str, date], Decimal | None]:
    known: dict[tuple[str, date], Decimal | None] = {}

    def rate(currency: str, day: date) -> Decimal | None:
        key = (currency, day)
        if key not in known:
            try:
                known[key] = rate_on(env, currency, day)
            except NoRate:
                known[key] = None
        return known[key]

    return rate


def _discounts(env: Env) -> Callable[[Candidate, date], applying.Discount | None]:
    def discount(candidate: Candidate, day: date) -> applying.Discount | None:
        until = candidate.discount_until
        if candidate.invoice is None or until is None or day > until or candidate.open != candidate.total:
            return None
        return _discount(env, env.get(Invoice, candidate.invoice), candidate)

    return discount


def _discount(env: Env, invoice: Invoice, candidate: Candidate) -> applying.Discount | None:
    """The discount of an untouched instalment: its share before tax, and the taxes that go down with it."""
    found = discounts.of_instalment(invoice, abs(candidate.open))
    if not found.total:
        return None
    side = 1 if candidate.open > 0 else -1
    income = ledgers.account_id(env, "discount_given" if side > 0 else "discount_taken")
    taxes = _taxes(env, {code for part in found.parts for code in part.code.split()})
    usual = ledgers.account_id(env, "tax_collected" if side > 0 else "tax_deductible") if taxes else income
    label = str(_("Early payment discount"))

    def extra(account: int, amount: Decimal, code: str, tax: int | None = None, base: Decimal = ZERO) -> None:
        extras.append(
            applying.Extra(
                account, -side * amount, tax, code, side * base, candidate.party, label, "discount"
            )
        )

    extras: list[applying.Extra] = []
    for part in found.parts:
        if part.tax:
            tax = taxes[part.code]
            extra(tax.account_id or usual, part.amount, part.code, tax.id, part.base)
            continue
        extra(income, part.amount, part.code)
        for owed in discounts.owed_on(part, taxes, invoice.currency):
            extra(owed.account, owed.amount, owed.code, owed.tax, owed.base)
    return applying.Discount(invoice.discount_percent, side * found.total, tuple(extras))


def _taxes(env: Env, codes: set[str]) -> dict[str, AccountedTax]:
    model = env[AccountedTax]
    rows = env.session.scalars(select(model).where(model.company_id == env.company_id, model.code.in_(codes)))
    return {tax.code: tax for tax in rows}


def for_lines(env: Env, account: BankAccount, lines: Iterable[BankLine]) -> dict[int, list[Proposal]]:
    """Line -> its proposals, best first; nothing for lines that are matched."""
    shared = context(env, account)
    return {line.id: propose(shared, line) for line in lines if line.is_open}


@dataclass(frozen=True, slots=True)
class Run:
    """What one press matched."""

    key: str
    matched: int
    left: int
    """Certain ones that were left for the next press."""


def match_certain(env: Env, statement: BankStatement) -> Run:
    """Match every line of a statement whose best proposal is certain, in order; nothing is used twice."""
    account = env.get(BankAccount, statement.bank_account_id)
    shared = context(env, account)
    run = uuid4().hex
    used: set[str] = set()
    matched = left = 0
    for line in open_lines(env, statement):
        best = certain(propose(shared, line), used)
        if best is None:
            continue
        if matched == MOST_AT_ONCE:
            left += 1
            continue
        reconciling.match(env, line, best.choice, reason=best.reason, rule_id=best.rule, run=run)
        used.update(take.key for take in best.choice.takes)
        matched += 1
    return Run(run, matched, left)


def certain(proposals: Sequence[Proposal], used: set[str]) -> Proposal | None:
    """The first proposal when it is certain and nothing of it has been used."""
    best = proposals[0] if proposals else None
    if best is None or not best.is_certain or used.intersection(take.key for take in best.choice.takes):
        return None
    return best


def open_lines(env: Env, statement: BankStatement) -> list[BankLine]:
    """Lines still to be matched, in the bank's order."""
    model = env[BankLine]
    return list(
        env.session.scalars(
            select(model)
            .where(model.statement_id == statement.id, model.state == LineState.OPEN)
            .order_by(model.position)
        )
    )
