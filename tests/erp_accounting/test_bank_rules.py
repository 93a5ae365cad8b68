"""Rules that users make, rules that accepted matches teach, and discounts for paying early."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.catalog.models import TaxKind
from addons.erp_accounting.models import BankRule, DiscountTax, RuleDirection
from addons.erp_accounting.queries.taxes import taxes
from addons.erp_accounting.services.bank import applying, learning, planning, reconciling, suggesting
from addons.erp_accounting.services.bank.applying import Choice, Extra
from core.api import Invalid
from tests.erp_accounting.bank import (
    THEIRS,
    a_bank_line,
    a_rule,
    a_statement,
    accept,
    booked,
    broken,
    proposals,
    told,
)
from tests.erp_accounting.factories import a_line, a_tax, a_term, an_account, an_invoice, balance

if TYPE_CHECKING:
    from addons.erp_accounting.models import BankLine
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def learned(env: Env) -> list[tuple[str, int, bool]]:
    model = env[BankRule]
    rows = env.session.scalars(select(model).where(model.is_learned).order_by(model.id))
    return [(rule.name, rule.accepted, rule.active) for rule in rows]


def to(env: Env, line: BankLine, purpose: str) -> None:
    account = an_account(env, purpose)
    reconciling.match(env, line, Choice((), (Extra(account.id, line.amount),)))


def test_a_rule_books_its_account_with_the_tax_that_is_included(env: Env) -> None:
    tax = a_tax(env, "20", kind=TaxKind.PURCHASE)
    fees = an_account(env, "bank_fees")
    a_rule(env, name="Bank fees", contains="frais tenue", account_id=fees.id, tax_id=tax.id, certain=True)
    line = a_bank_line(env, "-18.40", "FRAIS DE TENUE / Frais-Tenue de compte")

    best = proposals(env, line)[0]
    accept(env, line, best)

    assert (best.is_certain, [str(one.text) for one in best.evidence]) == (True, ["Rule: Bank fees"])
    assert booked(env, line.match_entry_id) == [
        ("2430", 0, D("18.40")),
        (fees.code, D("15.33"), 0),
        (an_account(env, "inventory").code, D("3.07"), 0),
    ]
    assert broken(env) == []


def test_a_rule_declares_a_reverse_charge_and_teaches_it(env: Env) -> None:
    tax = a_tax(env, "0", kind=TaxKind.PURCHASE, reverse_rate=D(20))
    tax.reverse_account_id = an_account(env, "tax_collected").id
    ads = an_account(env, "expenses")
    a_rule(env, name="Advertising", contains="ads ireland", account_id=ads.id, tax_id=tax.id)

    line = accept(env, a_bank_line(env, "-100", "ADS IRELAND"))

    assert booked(env, line.match_entry_id)[1:] == [
        (ads.code, D(100), 0),
        (an_account(env, "inventory").code, D(20), 0),
        (an_account(env, "tax_collected").code, 0, D(20)),
    ]
    figure = taxes(env, line.date, line.date).figures[tax.code]
    assert (figure.base, figure.due, figure.deductible) == (100, 20, 20)
    assert broken(env) == []


def test_the_base_of_a_tax_in_a_foreign_currency_has_the_cents_of_the_companys() -> None:
    tax = SimpleNamespace(id=1, code="T", rate=D(20), account_id=7)
    accounts = applying.Accounts(None, None, None, None, None, "EUR")
    choice = applying.Choice(extras=applying.to_account(accounts, 6, D(-1210), "JPY", tax=tax))

    lines = planning.plan(planning.Movement(D(-1210), "JPY", D("-7.26"), 5, "x"), choice, {}, "EUR")

    assert [(one.posting.debit, one.posting.tax_base) for one in lines[1:]] == [
        (D("6.05"), D(0)),
        (D("1.21"), D("6.05")),
    ]


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"contains": "Énergie du lac"}, True),
        ({"contains": "energie lac"}, False),
        ({"pattern": r"prlv\s+energie"}, True),
        ({"pattern": r"^energie"}, False),
        ({"contains": "energie", "direction": RuleDirection.OUT}, True),
        ({"contains": "energie", "direction": RuleDirection.IN}, False),
        ({"contains": "energie", "amount_from": D(600), "amount_to": D(700)}, True),
        ({"contains": "energie", "amount_to": D(600)}, False),
        ({"amount_from": D("642.17"), "amount_to": D("642.17")}, True),
        ({"partner_iban": THEIRS}, True),
        ({"partner_iban": "FR7630006000011234567890189"}, False),
    ],
)
def test_every_condition_that_is_filled_in_must_hold(env: Env, values: dict[str, object], fits: bool) -> None:
    a_rule(env, account_id=an_account(env, "bank_fees").id, **values)
    line = a_bank_line(env, "-642.17", "PRLV ENERGIE DU LAC", partner_iban=THEIRS)

    assert [one.rule is not None for one in proposals(env, line)] == [True] * fits


def test_a_pattern_that_would_run_forever_is_stopped_and_does_not_fit() -> None:
    assert not applying.matches(r"(a|aa)+$", "a" * 60 + "!")
    assert applying.matches(r"(a|aa)+$", "a" * 60)


def test_a_rule_without_condition_result_or_readable_pattern_is_refused(env: Env) -> None:
    account = an_account(env, "bank_fees").id

    for values, sentence in (
        ({"account_id": account}, "at least one condition"),
        ({"contains": "x"}, "Choose an account"),
        ({"pattern": "(", "account_id": account}, "no regular expression"),
    ):
        with pytest.raises(Invalid, match=sentence), env.session.begin_nested():
            a_rule(env, **values)


def test_an_accepted_account_is_proposed_for_the_same_text_and_certain_after_three_times(env: Env) -> None:
    scores = []
    for month in ("01/26", "02/26", "03/26", "04/26"):
        line = a_bank_line(env, "-18.40", f"FRAIS TENUE DE COMPTE {month}")
        found = proposals(env, line)
        scores.append((found[0].score, found[0].is_certain) if found else None)
        if found:
            accept(env, line, found[0])
        else:
            to(env, line, "bank_fees")

    assert scores == [None, (68, False), (80, False), (92, True)]
    assert learned(env) == [("“frais tenue de compte” goes to 6370 Bank charges", 4, True)]
    assert balance(env, "6370") == D("73.60")


def test_a_match_that_contradicts_a_learned_rule_switches_it_off_and_undoing_brings_it_back(env: Env) -> None:
    to(env, a_bank_line(env, "-18.40", "COTISATION CARTE"), "bank_fees")
    other = a_bank_line(env, "-18.40", "COTISATION CARTE 2")

    to(env, other, "expenses")
    between = learned(env)
    reconciling.undo(env, other)

    assert [(count, active) for _name, count, active in between] == [(1, False), (1, True)]
    assert [(count, active) for _name, count, active in learned(env)] == [(1, True)]


def test_undoing_the_only_match_that_taught_a_rule_forgets_it(env: Env) -> None:
    invoice = an_invoice(env, a_line("1", "100"))
    line = a_bank_line(env, "100", str(invoice.number), partner_iban=THEIRS)
    accept(env, line)
    known = learned(env)

    reconciling.undo(env, line)

    assert known == [(f"{invoice.party.name}, account •••• 3000", 1, True)]
    assert learned(env) == []


def test_a_text_is_learned_without_what_changes_every_month() -> None:
    assert [
        learning.signature(text)
        for text in (
            "FRAIS TENUE DE COMPTE 11/2026",
            "CB 12/11 TRANSPORTS MERLET",
            "PRLV SEPA 4471 ENERGIE DU LAC REF 99 RUM 12",
            "12345",
        )
    ] == ["frais tenue de compte", "transports merlet", "energie du lac ref", ""]


def test_what_a_rule_says_for_certain_is_matched_with_everything_certain(env: Env) -> None:
    a_rule(env, contains="frais", account_id=an_account(env, "bank_fees").id, certain=True)
    a_rule(env, contains="peage", account_id=an_account(env, "expenses").id)
    statement = a_statement(env, told("-18.40", "FRAIS"), told("-5", "PEAGE"))

    run = suggesting.match_certain(env, statement)

    assert (run.matched, statement.left) == (1, 1)
    assert broken(env) == []


def test_an_early_payment_less_its_discount_pays_the_invoice_with_its_tax(env: Env) -> None:
    term = a_term(env)
    term.discount_percent, term.discount_days, term.discount_tax = D(2), 10, DiscountTax.REDUCED
    tax = a_tax(env, "20")
    invoice = an_invoice(env, a_line("1", "1000", [tax]), payment_term=term)
    last = invoice.discount_until
    assert last is not None
    early = a_bank_line(env, "1176", str(invoice.number), day=last)
    late = a_bank_line(env, "1176", str(invoice.number), day=last + timedelta(days=1))

    best, after = proposals(env, early)[0], proposals(env, late)[0]
    accept(env, early, best)

    given = an_account(env, "discount_given").code
    assert (best.is_certain, after.is_certain) == (True, False)
    assert booked(env, early.match_entry_id) == [
        ("2430", D(1176), 0),
        ("1100", 0, D(1200)),
        (given, D(20), 0),
        (an_account(env, "deposits").code, D(4), 0),
    ]
    assert (invoice.open_amount, broken(env)) == (0, [])
    reconciling.undo(env, early)
    assert (invoice.open_amount, balance(env, given), broken(env)) == (1200, 0, [])
