"""What each role may do, with the rules of the session in force."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import Party
from addons.erp_accounting.models import Account, Entry, Invoice, InvoiceKind, Ledger, OpenItem
from addons.erp_accounting.services import invoices, payments, reversals, verification
from core.api import NotAllowed, NotFound, Who
from core.testing.web import a_person
from tests.erp_accounting.factories import DAY, a_draft, a_line, a_party, a_tax, an_entry, an_invoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from core.api import Env
    from core.testing.plugin import LiveWorkspace

    As = Callable[[str], AbstractContextManager[Env]]

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


@pytest.fixture
def acting(workspace: LiveWorkspace) -> As:
    """``with acting("invoicing") as env:`` is one transaction of somebody with that role."""

    @contextmanager
    def act(role: str) -> Iterator[Env]:
        roles = (f"erp_accounting.{role}",)
        name = f"{role} person"
        if name not in people:
            people[name] = a_person(workspace.platform, workspace.entry, name=name, roles=roles).id
        user = Who(id=people[name], name=name, roles=frozenset({*roles, "base.user"}))
        with workspace.env(user=user) as env:
            yield env

    people: dict[str, int] = {}
    return act


@pytest.fixture
def invoice_id(workspace: LiveWorkspace) -> int:
    with workspace.env() as env:
        return an_invoice(env, a_line("1", "100", [a_tax(env)])).id


def test_invoicing_writes_posts_and_gets_paid(workspace: LiveWorkspace, acting: As) -> None:
    with workspace.env() as env:
        party_id = a_party(env).id

    with acting("invoicing") as env:
        party = env.get(Party, party_id)
        invoice = invoices.draft(env, InvoiceKind.CUSTOMER_INVOICE, party, [a_line()], date=DAY)
        invoices.post(env, invoice)
        payments.register(env, [invoice], amount=D(40), date=DAY)
        note = invoices.credit(env, invoice, date=DAY, quantities={invoice.lines[0].id: D("0.6")})
        invoices.post(env, note)

    with workspace.env() as env:
        assert list(verification.findings(env)) == []
        assert {found.open_amount for found in env.session.scalars(select(env[Invoice]))} == {D(0)}


@pytest.mark.parametrize("role", ["status", "viewer"])
def test_readers_write_nothing(workspace: LiveWorkspace, acting: As, invoice_id: int, role: str) -> None:
    with workspace.env() as env:
        draft_id = a_draft(env).id

    for attempt in (
        lambda env: invoices.post(env, env.get(Invoice, draft_id)),
        lambda env: payments.register(env, [env.get(Invoice, invoice_id)], date=DAY),
        lambda env: an_entry(env),
        lambda env: invoices.credit(env, env.get(Invoice, invoice_id), date=DAY),
        lambda env: invoices.cancel(env, env.get(Invoice, draft_id)),
    ):
        with pytest.raises((NotAllowed, NotFound)), acting(role) as env:
            attempt(env)

    with workspace.env() as env:
        assert len(env.session.scalars(select(env[Entry].id)).all()) == 1
        assert env.get(Invoice, draft_id).is_draft


def test_invoicing_changes_neither_accounts_nor_locks_nor_entries(
    workspace: LiveWorkspace, acting: As
) -> None:
    with workspace.env() as env:
        entry_id = an_entry(env).id

    for attempt in (_rename_an_account, _lock_everything):
        with pytest.raises(NotAllowed), acting("invoicing") as env:
            attempt(env)
    with acting("accountant") as env:
        reversals.reverse(env, env.get(Entry, entry_id))
        _lock_everything(env)

    with workspace.env() as env:
        assert env.session.scalars(select(env[Ledger].lock_all)).one() == DAY


def _rename_an_account(env: Env) -> None:
    account = env.session.scalars(select(env[Account])).first()
    assert account is not None
    account.name = "Renamed"
    env.session.flush()


def _lock_everything(env: Env) -> None:
    env.session.scalars(select(env[Ledger])).one().lock_all = DAY
    env.session.flush()


def test_the_status_of_an_invoice_is_seen_without_its_amounts(acting: As, invoice_id: int) -> None:
    with acting("status") as env:
        invoice = env.get(Invoice, invoice_id)

        assert (invoice.number, str(invoice.payment_status)) == ("INV-2026-0001", "open")
        for name in ("net", "tax", "total", "open_amount", "total_company", "taxes"):
            with pytest.raises(NotAllowed):
                getattr(invoice, name)
        with pytest.raises(NotAllowed):
            env.session.scalars(select(env[OpenItem])).all()
        with pytest.raises(NotAllowed):
            env.session.scalars(select(env[Invoice].id).where(env[Invoice].total > 5)).all()
