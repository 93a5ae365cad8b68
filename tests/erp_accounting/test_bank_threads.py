"""Several accountants at one bank account: each line is matched once, each file comes in once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import (
    BankAccount,
    BankLine,
    BankStatement,
    Entry,
    Invoice,
    OpenItem,
    StatementFormat,
)
from addons.erp_accounting.services.bank import importing, reconciling
from addons.erp_accounting.services.bank.applying import Choice, Take
from core.api import CoreError
from tests.erp_accounting.bank import a_bank, a_bank_line, broken, parsed, told
from tests.erp_accounting.factories import DAY, a_line, an_invoice

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def tried(workspace: LiveWorkspace, line_id: int, item_id: int, amount: str) -> str:
    """What one accountant reads: nothing when it was matched."""
    try:
        with workspace.env() as env:
            line = env.get(BankLine, line_id)
            reconciling.match(env, line, Choice((Take(f"i{item_id}", D(amount)),)))
    except CoreError as error:
        return type(error).__name__
    return ""


def test_one_line_that_six_people_match_is_matched_once_and_the_others_read_why(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        invoice_id = an_invoice(env, a_line("1", "100")).id
        line_id = a_bank_line(env, "100", "VIR").id
        item_id = env.session.scalars(select(env[OpenItem].id).where(env[OpenItem].residual == 100)).one()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _n: tried(workspace, line_id, item_id, "100"), range(6)))

    assert sorted(outcomes) == ["", *["AlreadyMatched"] * 5]
    with workspace.env() as env:
        assert env.get(Invoice, invoice_id).open_amount == 0
        assert len(env.session.scalars(select(env[Entry].id)).all()) == 3
        assert broken(env) == []


def test_two_lines_that_want_one_invoice_at_once_settle_it_once(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        invoice_id = an_invoice(env, a_line("1", "100")).id
        lines = [a_bank_line(env, "100", f"VIR {n}").id for n in range(4)]
        item_id = env.session.scalars(select(env[OpenItem].id).where(env[OpenItem].residual == 100)).one()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda line: tried(workspace, line, item_id, "100"), lines))

    assert sorted(outcomes) == ["", *["TakenMeanwhile"] * 3]
    with workspace.env() as env:
        assert env.get(Invoice, invoice_id).open_amount == 0
        assert broken(env) == []


def test_a_file_that_four_people_import_at_once_comes_in_once(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        bank_id = a_bank(env).id

    def bring(_n: int) -> int:
        with workspace.env() as env:
            file = parsed(told("10", "A"), told("-4", "B"))
            return importing.take_in(env, [file], "x.xml", account=env.get(BankAccount, bank_id)).lines

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(bring, range(4)))

    assert sorted(added) == [0, 0, 0, 2]
    with workspace.env() as env:
        assert len(env.session.scalars(select(env[BankLine].id)).all()) == 2
        assert broken(env) == []


def test_the_database_refuses_a_statement_that_does_not_add_up_whoever_writes_it(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        bank_id = a_bank(env).id

    with pytest.raises(Exception, match="do not give the closing balance"), workspace.env() as env:
        env.add(
            BankStatement,
            company_id=env.company_id,
            name="By hand",
            bank_account_id=bank_id,
            start_date=DAY,
            date=DAY,
            currency="EUR",
            opening=D(0),
            closing=D(1),
            format=StatementFormat.CSV,
        )
