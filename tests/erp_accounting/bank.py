"""Bank accounts, statements and files for tests; give only what matters."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import (
    BankAccount,
    BankLine,
    BankRule,
    BankStatement,
    Entry,
    JournalKind,
    StatementFormat,
)
from addons.erp_accounting.services import entries, verification
from addons.erp_accounting.services.bank import checks, importing, reconciling, suggesting
from addons.erp_accounting.services.bank.statement import ParsedLine, ParsedStatement
from tests.erp_accounting.factories import DAY

if TYPE_CHECKING:
    from addons.erp_accounting.services.bank.proposal import Proposal
    from core.api import Env

IBAN = "FR7630006000011234567890189"
THEIRS = "DE89370400440532013000"
D = Decimal
_numbers = count(1)
PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "public"


def public(*parts: str) -> Path:
    """A published file beside the project; the test is skipped, and says so, where there are none."""
    path = PUBLIC.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"The published data is not there: {path}.")
    return path


def a_bank(env: Env, **values: Any) -> BankAccount:
    """The account behind the company's bank journal."""
    journal = values.pop("journal", None) or entries.journal_of(env, JournalKind.BANK)
    return env.add(
        BankAccount,
        **{"company_id": env.company_id, "name": "Current account", "journal_id": journal.id, "iban": IBAN}
        | values,
    )


def told(amount: str, label: str = "", *, day: date = DAY, **values: Any) -> ParsedLine:
    return ParsedLine(day, D(amount), label, **values)


def parsed(*lines: ParsedLine, opening: str = "0", **values: Any) -> ParsedStatement:
    """What a file says; the closing balance is right unless told otherwise."""
    begin = D(opening)
    return ParsedStatement(
        **{
            "format": StatementFormat.CAMT,
            "account": IBAN,
            "currency": "EUR",
            "lines": list(lines),
            "opening": begin,
            "closing": begin + sum((line.amount for line in lines), D(0)),
        }
        | values
    )


def a_statement(env: Env, *lines: ParsedLine, opening: str = "0", **values: Any) -> BankStatement:
    """An imported statement of the company's bank account, which is made when there is none."""
    model = env[BankAccount]
    bank = values.pop("bank", None) or env.session.scalars(select(model).order_by(model.id)).first()
    bank = bank or a_bank(env)
    file = parsed(*lines, opening=opening, **{"account": bank.iban or "", "currency": bank.currency} | values)
    result = importing.take_in(env, [file], f"statement-{next(_numbers)}.xml", account=bank)
    return result.statements[0]


def lines_of(env: Env, statement: BankStatement) -> list[BankLine]:
    model = env[BankLine]
    return list(
        env.session.scalars(select(model).where(model.statement_id == statement.id).order_by(model.position))
    )


def a_bank_line(env: Env, amount: str, label: str = "", **values: Any) -> BankLine:
    """The only line of a statement of its own."""
    moment = values.pop("day", DAY + timedelta(days=next(_numbers) % 7))
    return lines_of(env, a_statement(env, told(amount, label, day=moment, **values)))[0]


def proposals(env: Env, line: BankLine) -> list[Proposal]:
    bank = env.get(BankAccount, line.bank_account_id)
    return suggesting.for_lines(env, bank, [line])[line.id]


def a_rule(env: Env, **values: Any) -> BankRule:
    return env.add(BankRule, **{"company_id": env.company_id, "name": "Rule"} | values)


def broken(env: Env) -> list[str]:
    """What verify finds in the books and the statements."""
    found = [*verification.findings(env), *checks.findings(env)]
    return [f"{one.rule}: {one.record} {one.detail}" for one in found]


def booked(env: Env, entry_id: int | None) -> list[tuple[str, Decimal, Decimal]]:
    """(account code, debit, credit) of an entry's lines, in order."""
    assert entry_id is not None
    return [(line.account.code, line.debit, line.credit) for line in env.get(Entry, entry_id).lines]


def accept(env: Env, line: BankLine, proposal: Proposal | None = None) -> BankLine:
    chosen = proposal or proposals(env, line)[0]
    return reconciling.match(env, line, chosen.choice, reason=chosen.reason, rule_id=chosen.rule)
