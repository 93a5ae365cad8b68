"""A French company's books: opened with the PCG, taxed by French rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import Account, AccountedTax, InvoiceKind, Journal, Ledger
from addons.erp_accounting.services import charts, deposits, invoices, verification
from addons.erp_accounting.services.generic_chart import GENERIC
from addons.l10n_fr.chart import PCG
from tests.erp_accounting.factories import (
    DAY,
    a_draft,
    a_line,
    a_payment,
    a_rate,
    amounts,
    an_invoice,
    balance,
)

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("l10n_fr")
D = Decimal


def french_tax(env: Env, code: str) -> AccountedTax:
    return env.session.scalars(select(env[AccountedTax]).where(env[AccountedTax].code == code)).one()


def test_a_french_company_begins_with_the_pcg(env: Env) -> None:
    assert env.session.scalars(select(env[Ledger].chart)).all() == ["fr_pcg"]
    assert len(env.session.scalars(select(env[Account].id)).all()) == len(PCG.accounts)
    assert set(env.session.scalars(select(env[Journal].code))) == {
        "VT",
        "AV",
        "AC",
        "BQ",
        "CA",
        "OD",
        "ST",
        "AN",
        "CL",
    }


@pytest.mark.parametrize(
    ("code", "tax"),
    [("FR-C20", "20.00"), ("FR-C10", "10.00"), ("FR-C5.5", "5.50"), ("FR-C2.1", "2.10")],
)
def test_each_rate_is_collected(env: Env, code: str, tax: str) -> None:
    invoice = an_invoice(env, a_line("1", "100", [french_tax(env, code)]))

    assert amounts(env, invoice.entry_id) == [
        ("411000", D(100) + D(tax), D(0)),
        ("445710", D(0), D(tax)),
        ("706000", D(0), D(100)),
    ]
    assert invoice.number == "FA-2026-0001"


@pytest.mark.parametrize("code", ["FR-LIC", "FR-PSI", "FR-AUTO-V", "FR-EXP", "FR-EXO", "FR-FRANCHISE"])
def test_what_is_not_charged_says_why(env: Env, code: str) -> None:
    invoice = an_invoice(env, a_line("1", "100", [french_tax(env, code)]))

    assert amounts(env, invoice.entry_id) == [("411000", D(100), D(0)), ("706000", D(0), D(100))]
    assert "article" in invoice.taxes[0]["reason"]
    assert invoice.taxes[0]["base"] == "100.00"


@pytest.mark.parametrize("code", ["FR-AIC20", "FR-API20", "FR-AUTO20", "FR-IMP20"])
def test_tax_owed_by_the_buyer_is_booked_on_both_sides(env: Env, code: str) -> None:
    bill = an_invoice(env, a_line("1", "1000", [french_tax(env, code)]), kind=InvoiceKind.SUPPLIER_INVOICE)

    assert amounts(env, bill.entry_id) == [
        ("401000", D(0), D(1000)),
        ("445200", D(0), D(200)),
        ("445660", D(200), D(0)),
        ("604000", D(1000), D(0)),
    ]
    assert not list(verification.findings(env))


def test_prices_with_tax_included(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "120", [french_tax(env, "FR-C20-TTC")]))

    assert (invoice.net, invoice.tax, invoice.total) == (D(100), D(20), D(120))


def test_a_deposit_in_a_foreign_currency_leaves_nothing_on_its_account(env: Env) -> None:
    a_rate(env, "USD", "0.9")
    a_rate(env, "USD", "1.1", DAY + timedelta(days=10))
    final = a_draft(env, a_line("1", "100", [french_tax(env, "FR-C20")]), currency="USD")
    invoices.post(env, deposits.invoice_deposit(env, final, percent=D(40), date=DAY))

    deposits.deduct(env, final)
    final.date = DAY + timedelta(days=10)
    invoices.post(env, final)

    assert (balance(env, "419100"), balance(env, "656000")) == (D(0), D(8))
    assert list(verification.findings(env)) == []


def test_a_company_that_began_with_the_generic_chart_changes_while_its_books_are_empty(env: Env) -> None:
    charts.replace(env, GENERIC)

    charts.prefer(env, PCG)

    assert env.session.scalars(select(env[Ledger].chart)).all() == ["fr_pcg"]
    assert {account.code for account in PCG.accounts} == set(env.session.scalars(select(env[Account].code)))
    assert french_tax(env, "FR-C20").active


def test_books_in_use_keep_their_chart(env: Env) -> None:
    charts.replace(env, GENERIC)
    a_payment(env, an_invoice(env))

    charts.prefer(env, PCG)

    assert env.session.scalars(select(env[Ledger].chart)).all() == ["generic"]
    with pytest.raises(charts.BooksInUse):
        charts.replace(env, PCG)


def test_seeding_twice_adds_nothing(env: Env) -> None:
    before = len(env.session.scalars(select(env[Account].id)).all())

    env.hooks.seed_data(env=env)

    assert len(env.session.scalars(select(env[Account].id)).all()) == before
