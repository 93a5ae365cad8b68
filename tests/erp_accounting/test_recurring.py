"""Invoices that come back: each day once, from the first on, in drafts or posted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from addons.erp_accounting.models import Invoice, InvoiceState, Recurrence, RecurrenceRun
from addons.erp_accounting.services import ledgers, recurring, verification
from tests.erp_accounting.factories import a_draft, a_line, a_tax, an_invoice

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
TODAY = date(2026, 6, 1)


def a_recurrence(env: Env, **values: Any) -> Recurrence:
    given = {"name": "Maintenance", "first_on": date(2026, 3, 31), "months": 1} | values
    if "invoice_id" not in given:
        given["invoice_id"] = a_draft(env, a_line("1", "80", [a_tax(env)])).id
    return env.add(Recurrence, company_id=env.company_id, **given)


def days(env: Env, recurrence: Recurrence) -> list[date]:
    model = env[RecurrenceRun]
    rows = env.session.scalars(select(model.day).where(model.recurrence_id == recurrence.id))
    return sorted(rows)


def test_what_is_due_is_drafted_once_and_the_31st_comes_back(env: Env) -> None:
    recurrence = a_recurrence(env)

    written = recurring.write(env, recurrence, TODAY)

    assert days(env, recurrence) == [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    assert [(one.state, one.total) for one in written] == [(InvoiceState.DRAFT, D(96))] * 3
    assert recurring.write(env, recurrence, TODAY) == []
    assert len(recurring.write(env, recurrence, date(2026, 6, 30))) == 1


def test_it_ends_and_may_be_posted_at_once(env: Env) -> None:
    recurrence = a_recurrence(env, post=True, until=date(2026, 4, 30))

    recurring.write(env, recurrence, TODAY)

    model = env[Invoice]
    posted = env.session.scalars(select(model.date).where(model.state == InvoiceState.POSTED)).all()
    assert sorted(day for day in posted if day) == [date(2026, 3, 31), date(2026, 4, 30)]
    assert not list(verification.findings(env))


def test_what_is_refused_is_told_and_written_when_it_can_be(env: Env) -> None:
    recurrence = a_recurrence(env, post=True)
    other = a_recurrence(env, name="Rent", first_on=date(2026, 5, 1))
    books = ledgers.of(env)
    ledgers.set_locks(env, books, sales=date(2026, 4, 30), purchases=None, everything=None, hard=None)

    assert recurring.write_all(env, TODAY) == 2
    env.session.refresh(recurrence)
    assert "locked until" in recurrence.problem
    assert (days(env, recurrence), days(env, other)) == ([], [date(2026, 5, 1), date(2026, 6, 1)])
    env.session.refresh(books)
    ledgers.set_locks(env, books, sales=None, purchases=None, everything=None, hard=None)
    assert recurring.write_all(env, TODAY) == 3
    env.session.refresh(recurrence)
    assert recurrence.problem == ""


@given(
    first=st.dates(date(2020, 1, 1), date(2026, 12, 31)), months=st.integers(1, 24), ahead=st.integers(0, 900)
)
def test_days_are_in_order_none_is_missed_none_is_early(first: date, months: int, ahead: int) -> None:
    today = date.fromordinal(first.toordinal() + ahead)
    recurrence: Any = SimpleNamespace(first_on=first, months=months, done=0, until=None)

    found = list(recurring.days_due(recurrence, today))

    assert found[0] == first
    assert found == sorted(set(found))
    assert all(day <= today for day in found)
    assert len(found) >= ahead // (31 * months)


def test_an_invoice_is_repeated_from_its_page(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        invoice_id = an_invoice(env, date=env.today()).id
    form = {"months": "1", "first_on": "2026-12-31", "post": ""}

    made = client.post(f"/app/erp_accounting/invoice/{invoice_id}/actions/repeat", form)

    assert made.status_code in {200, 204, 303}
    with workspace.env() as env:
        (recurrence,) = env.session.scalars(select(env[Recurrence])).all()
        assert (recurrence.invoice_id, recurrence.months, recurrence.post) == (invoice_id, 1, False)
    assert client.get("/app/erp_accounting/recurrence/").status_code == 200
