"""Statements come in once, add up, and are booked against the suspense account."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from addons.erp_accounting.models import BankAccount, BankLine, BankStatement
from addons.erp_accounting.services import ledgers
from addons.erp_accounting.services.bank import importing, reading, whose
from addons.erp_accounting.services.bank.statement import FileRefused
from core.api import Invalid
from tests.erp_accounting.bank import (
    IBAN,
    a_bank,
    a_statement,
    broken,
    lines_of,
    parsed,
    public,
    told,
)
from tests.erp_accounting.factories import DAY, a_rate, an_account, balance

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def bring(env: Env, *lines: object, opening: str = "0") -> importing.Imported:
    return importing.take_in(env, [parsed(*lines, opening=opening)], "file.xml")  # type: ignore[arg-type]  # lines of any shape


def test_an_iban_is_checked_and_kept_without_blanks(env: Env) -> None:
    bank = a_bank(env, iban="fr76 3000 6000 0112 3456 7890 189", bic="agrifrpp")

    assert (bank.iban, bank.bic, bank.currency, bank.iban_text[:9]) == (IBAN, "AGRIFRPP", "EUR", "FR76 3000")
    with pytest.raises(Invalid, match="is no IBAN"):
        a_bank(env, iban="FR7630006000011234567890180")


def test_movements_are_booked_day_by_day_against_the_suspense_account(env: Env) -> None:
    bank = a_bank(env)

    statement = a_statement(
        env,
        told("100", "ONE"),
        told("-30.50", "TWO"),
        told("5", "THREE", day=DAY + timedelta(days=1)),
        bank=bank,
        opening="1000",
    )

    rows = lines_of(env, statement)
    assert (statement.opening, statement.closing, statement.line_count) == (1000, D("1074.50"), 3)
    assert len({row.entry_id for row in rows}) == 2
    assert (balance(env, "1010"), balance(env, "2430")) == (D("74.50"), D("-74.50"))
    assert broken(env) == []


def test_the_same_file_twice_adds_nothing_and_an_overlapping_one_only_what_is_new(env: Env) -> None:
    a_bank(env)
    days = [told(str(n), f"LINE {n}", day=DAY + timedelta(days=n)) for n in range(1, 7)]

    first = bring(env, *days[:4], opening="10")
    again = bring(env, *days[:4], opening="10")
    overlapping = bring(env, *days[2:], opening="13")

    assert (first.lines, again.lines, again.known, overlapping.lines, overlapping.known) == (4, 0, 4, 2, 2)
    (later,) = overlapping.statements
    assert (later.opening, later.closing, later.gap) == (20, 31, 0)
    assert balance(env, "1010") == 21
    assert broken(env) == []


def test_a_gap_to_the_statement_before_is_told_and_closes_when_the_missing_one_comes(env: Env) -> None:
    a_bank(env)
    bring(env, told("10", "A", day=date(2026, 3, 1)))

    late = bring(env, told("10", "C", day=date(2026, 3, 20)), opening="25")
    gap = late.gaps[0].gap
    bring(env, told("15", "B", day=date(2026, 3, 10)), opening="10")

    assert gap == 15
    assert late.statements[0].gap == 0
    assert broken(env) == []


def test_two_equal_movements_of_a_day_are_two(env: Env) -> None:
    a_bank(env)

    bring(env, told("-5", "PARKING"), told("-5", "PARKING"))
    again = bring(env, told("-5", "PARKING"), told("-5", "PARKING"), told("-5", "PARKING"), opening="0")

    assert (again.lines, again.known, balance(env, "1010")) == (1, 2, -15)


def test_equal_movements_of_two_statements_in_one_file_are_two_when_one_continues_the_other(env: Env) -> None:
    a_bank(env)
    pair = [parsed(told("-5", "CARD"), opening="10"), parsed(told("-5", "CARD"), opening="5")]

    first = importing.take_in(env, pair, "day.xml")
    again = importing.take_in(env, pair, "day.xml")

    assert (first.lines, again.lines, again.known, balance(env, "1010")) == (2, 0, 2, -10)
    assert broken(env) == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"account": "DE89370400440532013000"}, "is of the account DE89370400440532013000, not of"),
        ({"currency": "USD"}, "Current account is in EUR, but the file is in USD"),
    ],
)
def test_a_file_of_another_account_or_currency_is_refused(
    env: Env, values: dict[str, str], sentence: str
) -> None:
    bank = a_bank(env)

    with pytest.raises(FileRefused, match=sentence):
        importing.take_in(env, [parsed(told("1"), **values)], "file.xml", account=bank)
    assert env.session.scalars(select(env[BankLine].id)).all() == []


def test_the_account_is_found_by_what_the_bank_calls_it(env: Env) -> None:
    bank = a_bank(env, iban="DE89370400440532013000")

    named = {
        name: whose.is_named(bank, name)
        for name in (
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "37040044/532013000",
            "0532013000",
            "0532013001",
            "13000",
            "FR7630006000011234567890189",
        )
    }

    assert list(named.values()) == [True, True, True, True, False, False, False]
    with pytest.raises(whose.UnknownAccount, match="none of yours"):
        importing.take_in(env, [parsed(told("1"), account=IBAN)], "file.xml")


def test_an_account_without_number_learns_it_from_its_first_file(env: Env) -> None:
    bank = a_bank(env, iban=None, currency="CAD")
    a_rate(env, "CAD", "0.60", date(2009, 1, 1))
    content = public("bank", "ofx", "bank_medium.ofx").read_bytes()

    result = importing.take_in(env, reading.read(content, "x").statements, "x", account=bank)

    assert (bank.number, result.lines, balance(env, "1010")) == ("12300000012345678", 3, D("-207.16"))
    assert importing.take_in(env, reading.read(content, "x").statements, "x").lines == 0
    assert broken(env) == []


def test_a_published_file_of_two_statements_comes_in_as_two_without_a_gap(env: Env) -> None:
    a_bank(env, iban="NL26VAYB8060476890")
    content = public("bank", "camt", "camt053.v2.multi.statement.xml").read_bytes()

    result = importing.take_in(env, reading.read(content, "x").statements, "x")

    assert [(one.opening, one.closing, one.gap) for one in result.statements] == [
        (D("18.15"), 27, 0),
        (27, 20, 0),
    ]
    assert lines_of(env, result.statements[1])[0].partner_iban == "NL56AGDH9619008421"


def test_nothing_is_imported_into_a_locked_period(env: Env) -> None:
    a_bank(env)
    ledgers.set_locks(env, ledgers.of(env), sales=None, purchases=None, everything=DAY, hard=None)

    with pytest.raises(ledgers.PeriodLocked), env.session.begin_nested():
        bring(env, told("1", day=DAY))


def test_a_suspense_account_that_is_not_matched_is_refused(env: Env) -> None:
    a_bank(env, suspense_account_id=an_account(env, "rounding").id)

    with pytest.raises(importing.SuspenseIsNotMatched), env.session.begin_nested():
        bring(env, told("1"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE erp_accounting_bank_line SET amount = amount + 1",
        "UPDATE erp_accounting_bank_line SET label = 'other'",
        "UPDATE erp_accounting_bank_statement SET closing = closing + 1",
        "UPDATE erp_accounting_bank_line SET entry_id = NULL, bank_line_id = NULL, suspense_line_id = NULL",
        "UPDATE erp_accounting_bank_line SET state = 'matched'",
    ],
)
def test_the_database_keeps_what_the_bank_said(env: Env, statement: str) -> None:
    a_bank(env)
    bring(env, told("1"))

    with pytest.raises(Exception, match=r"never changed|never booked again|lies on the suspense account"):
        env.scope.connection.execute(text(statement))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(st.integers(-50, 50).filter(bool), min_size=2, max_size=12),
    cuts=st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), min_size=1, max_size=5),
)
def test_whatever_parts_of_a_history_come_in_whatever_order_each_line_is_there_once(
    env: Env, amounts: list[int], cuts: list[tuple[int, int]]
) -> None:
    with env.session.begin_nested() as nested:
        bank = a_bank(env)
        history = [
            told(str(amount), "X", day=DAY + timedelta(days=at // 2)) for at, amount in enumerate(amounts)
        ]
        covered: set[int] = set()
        for start, length in cuts:
            first = min(start, len(history) - 1) // 2 * 2
            last = min(first + (length + 1) // 2 * 2, len(history))
            opening = sum(amounts[:first])
            bring(env, *history[first:last], opening=str(opening))
            covered.update(range(first, last))

        lines, statements = env[BankLine], env[BankStatement]
        found = env.session.scalars(
            select(lines.amount).join(statements, statements.id == lines.statement_id)
        ).all()
        assert sorted(found) == sorted(D(amounts[at]) for at in covered)
        assert broken(env) == []
        if len(covered) == len(history):
            whole = env.session.scalars(select(statements).where(statements.bank_account_id == bank.id)).all()
            assert {one.gap for one in whole} == {0}
        nested.rollback()
    env.session.expunge_all()
    env.cache.clear()
    assert env.session.scalars(select(env[BankAccount].id)).all() == []
