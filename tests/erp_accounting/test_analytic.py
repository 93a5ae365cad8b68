"""Analytic accounts: what is distributed adds up, follows its entry, and is explained."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from addons.erp_accounting.models import (
    AnalyticAllocation,
    AnalyticLine,
    AnalyticPlan,
    AnalyticRule,
    Distribution,
    DistributionShare,
    EntryLine,
    InvoiceKind,
    InvoiceLine,
    JournalKind,
)
from addons.erp_accounting.models.distribution import NotWhole
from addons.erp_accounting.models.locks import PeriodLocked
from addons.erp_accounting.queries.analytic import earned
from addons.erp_accounting.reports.analytic import analytic_sheet
from addons.erp_accounting.reports.periods import asked
from addons.erp_accounting.services import (
    analytic,
    analytic_verification,
    distributing,
    editing,
    entries,
    invoices,
    ledgers,
    reversals,
)
from core.api import Fields, RuleBroken, currency_quantum
from core.testing.statements import counting
from tests.erp_accounting.factories import DAY, a_draft, a_line, a_party, an_invoice

if TYPE_CHECKING:
    from addons.erp_accounting.models import AnalyticAccount, Entry
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


@given(
    amount=st.decimals(-10_000_000, 10_000_000, places=3),
    cuts=st.lists(st.integers(1, 9_999), max_size=12, unique=True),
    currency=st.sampled_from(["EUR", "JPY", "TND"]),
)
def test_the_parts_always_add_up_and_none_has_another_sign(
    amount: Decimal, cuts: list[int], currency: str
) -> None:
    whole = amount.quantize(currency_quantum(currency))
    edges = [0, *sorted(cuts), 10_000]
    percents = [D(high - low) / 100 for low, high in pairwise(edges)]

    found = analytic.split(whole, percents, currency)

    assert sum(found) == whole
    assert all(part * whole >= 0 for part in found)
    assert found == [-part for part in analytic.split(-whole, percents, currency)]
    for part, percent in zip(found[:-1], percents, strict=False):
        assert abs(part - whole * percent / 100) <= currency_quantum(currency) * len(percents)


def an_account(env: Env, plan: AnalyticPlan, code: str) -> AnalyticAccount:
    return distributing.create_account(
        env, {"code": code, "name": code.title(), "plan_id": plan.id, "plan": plan}
    )


def a_distribution(env: Env, name: str, **percents: Any) -> Distribution:
    """Over the accounts of `percents`, called by their codes."""
    shares = [
        env[DistributionShare](account=account, account_id=account.id, percent=D(percent))
        for account, percent in percents["over"]
    ]
    return distributing.create_distribution(env, {"name": name, "shares": shares})


def lines(env: Env, entry: Entry | None) -> list[tuple[str, Decimal]]:
    """What an entry put on analytic accounts, in the order it was written."""
    assert entry is not None
    model, line = env[AnalyticLine], env[EntryLine]
    rows = env.session.scalars(
        select(model)
        .join(line, line.id == model.entry_line_id)
        .where(line.entry_id == entry.id)
        .order_by(model.id)
    )
    return [(row.account.code, row.amount) for row in rows]


@pytest.fixture
def plans(env: Env) -> dict[str, Any]:
    """Two plans, four accounts, and 60 % / 40 % of two projects for one department."""
    projects = env.add(AnalyticPlan, name="Projects")
    departments = env.add(AnalyticPlan, name="Departments", position=2)
    found: dict[str, Any] = {code: an_account(env, projects, code) for code in ("ROOF", "HALL", "YARD")} | {
        "SALES": an_account(env, departments, "SALES")
    }
    thirds = ((found["ROOF"], "33.33"), (found["HALL"], "33.33"), (found["YARD"], "33.34"))
    found["thirds"] = a_distribution(env, "Thirds for sales", over=(*thirds, (found["SALES"], "100")))
    found["plan"] = projects
    return found


def test_posting_writes_the_parts_of_each_plan_and_a_credit_note_takes_them_back(
    env: Env, plans: dict[str, Any]
) -> None:
    roof = distributing.own(env, plans["ROOF"])
    party = a_party(env)
    invoice = an_invoice(
        env,
        a_line("1", "100.01", distribution=plans["thirds"].id),
        a_line("1", "50", distribution=roof.id),
        a_line("1", "7"),
        party=party,
    )

    assert lines(env, invoice.entry) == [
        ("ROOF", D("-33.33")),
        ("HALL", D("-33.33")),
        ("YARD", D("-33.35")),
        ("SALES", D("-100.01")),
        ("ROOF", D("-50.00")),
    ]
    note = invoices.credit(env, invoice)
    assert [line.distribution_id for line in note.lines] == [plans["thirds"].id, roof.id, None]
    invoices.post(env, note)
    assert [amount for _code, amount in lines(env, note.entry)] == [
        D("33.33"),
        D("33.33"),
        D("33.35"),
        D("100.01"),
        D("50.00"),
    ]
    assert list(analytic_verification.findings(env)) == []


def test_a_plan_that_is_not_whole_is_refused_and_what_was_used_is_final(
    env: Env, plans: dict[str, Any]
) -> None:
    with pytest.raises(NotWhole, match="Projects add up to 90"), env.session.begin_nested():
        a_distribution(env, "Short", over=((plans["ROOF"], "60"), (plans["HALL"], "30")))
    with pytest.raises(distributing.NoShares, match="NOWHERE"):
        distributing.create_distribution(env, {"name": "ROOF 60, NOWHERE"})
    typed = distributing.create_distribution(env, {"name": "roof 62,5; HALL, SALES"})
    shares = [(share.account.code, share.percent) for share in typed.shares]
    assert shares == [("ROOF", D("62.5")), ("HALL", D("37.5")), ("SALES", D(100))]
    an_invoice(env, a_line(distribution=plans["thirds"].id))
    share = env.session.scalars(
        select(env[DistributionShare]).where(env[DistributionShare].percent == D("33.34"))
    ).one()
    other = env.session.scalars(
        select(env[DistributionShare])
        .where(env[DistributionShare].distribution_id == share.distribution_id)
        .order_by(env[DistributionShare].position)
    ).first()
    assert other is not None
    share.percent, other.percent = D("33.33"), D("33.34")
    with pytest.raises((RuleBroken, DBAPIError), match="is used by"), env.session.begin_nested():
        env.session.flush()


def test_a_re_allocation_leaves_a_trace_and_reversals_follow_it(env: Env, plans: dict[str, Any]) -> None:
    roof, hall = distributing.own(env, plans["ROOF"]), distributing.own(env, plans["HALL"])
    entry = entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=DAY,
        lines=[
            entries.Posting(ledgers.account_id(env, "expenses"), debit=D(90), distribution=roof.id),
            entries.Posting(ledgers.account_id(env, "retained"), credit=D(90)),
        ],
    )
    (line,) = [one for one in entry.lines if one.distribution_id]
    seal = entry.hash

    analytic.reallocate(env, line, distribution=hall, reason="Wrong site")

    assert lines(env, entry) == [("ROOF", D(90)), ("ROOF", D(-90)), ("HALL", D(90))]
    (trace,) = env.session.scalars(select(env[AnalyticAllocation])).all()
    assert (trace.before_id, trace.after_id, trace.reason) == (roof.id, hall.id, "Wrong site")
    assert (trace.user_id, entry.hash, line.distribution_id) == (env.user.id, seal, roof.id)
    with pytest.raises(analytic.AlreadySo):
        analytic.reallocate(env, line, distribution=hall, reason="Again")
    reversal = reversals.reverse(env, entry)
    assert lines(env, reversal) == [("HALL", D(-90))]
    analytic.reallocate(env, line, reason="For nobody")
    assert list(analytic_verification.findings(env)) == []
    ledger = ledgers.of(env)
    ledgers.set_locks(env, ledger, everything=entry.date)
    with pytest.raises(PeriodLocked):
        analytic.reallocate(env, line, distribution=hall, reason="Too late")
    written = env.session.scalars(select(env[AnalyticLine])).first()
    assert written is not None
    written.amount = D(1)
    with pytest.raises((RuleBroken, DBAPIError), match="never changed"), env.session.begin_nested():
        env.session.flush()


def test_the_rule_that_asks_for_most_is_taken(env: Env, plans: dict[str, Any]) -> None:
    party, other = a_party(env), a_party(env)
    sales = ledgers.account_id(env, "services")
    roof, hall = distributing.own(env, plans["ROOF"]), distributing.own(env, plans["HALL"])
    env.add(AnalyticRule, account_id=sales, distribution_id=roof.id)
    env.add(AnalyticRule, party_id=party.id, distribution_id=hall.id)
    env.add(AnalyticRule, party_id=party.id, account_id=sales, distribution_id=plans["thirds"].id)

    rows = [(party.id, sales), (other.id, sales), (party.id, ledgers.account_id(env, "sales"))]
    found = [analytic.default_for(env, account_id=account, party_id=who) for who, account in rows]

    assert found == [plans["thirds"].id, roof.id, hall.id]
    payable = ledgers.account_id(env, "payable")
    assert analytic.default_for(env, account_id=payable, party_id=party.id) is None
    drawn = editing.create(env, {"party": other, "party_id": other.id, "lines": [env[InvoiceLine]()]})
    assert drawn.lines[0].distribution_id == roof.id
    assert a_draft(env, a_line(distribution=None), party=party).lines[0].distribution_id is None


def test_the_report_counts_revenue_and_cost_and_gives_the_whole_result(
    env: Env, plans: dict[str, Any]
) -> None:
    roof = distributing.own(env, plans["ROOF"])
    an_invoice(env, a_line("1", "300", distribution=roof.id), a_line("1", "11"))
    an_invoice(env, a_line("1", "120", distribution=roof.id), kind=InvoiceKind.SUPPLIER_INVOICE)

    (projects, departments) = earned(env, [(DAY, DAY)])

    assert [(account.code, one.revenue, one.cost, one.balance) for account, (one,) in projects.rows] == [
        ("ROOF", D(300), D(120), D(180))
    ]
    assert (departments.rows, projects.without[0].revenue, departments.without[0].balance) == (
        [],
        D(11),
        D(191),
    )
    days = (("from", DAY.isoformat()), ("to", DAY.isoformat()))
    sheet = analytic_sheet(env, asked(env, Fields(days)))
    assert [tuple(row.cells) for row in sheet.rows] == [
        ("Projects", None, None, None),
        ("ROOF Roof", D(300), D(120), D(180)),
        ("Without an account of this plan", D(11), D(0), D(11)),
        ("Total", D(311), D(120), D(191)),
    ]
    behind = analytic_sheet(env, asked(env, Fields((*days, ("account", str(plans["ROOF"].id))))))
    assert [row.cells[1:] for row in behind.rows][-1] == (D(300), D(120), D(180))


def test_a_company_without_analytic_accounts_asks_nothing_more(env: Env) -> None:
    draft = a_draft(env, a_line(), a_line())
    with counting(env.session.get_bind()) as sent:
        invoices.post(env, draft)

    assert not [
        statement
        for statement in sent
        if "analytic" in statement or "erp_accounting_distribution" in statement
    ]
    assert env.session.scalar(select(func.count(env[AnalyticLine].id))) == 0
