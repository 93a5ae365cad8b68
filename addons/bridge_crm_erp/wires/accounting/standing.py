"""Work out a customer's status, revenue and last purchase from posted invoices; always from all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import case, false, func, or_, select

from addons.bridge_crm_erp.services.drift import compare as compare_sets
from addons.bridge_crm_erp.wires.accounting.models import InvoicedParty, Standing
from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from sqlalchemy import Select

    from addons.bridge_crm_erp.models import CatchUp
    from addons.bridge_crm_erp.services.drift import Comparison
    from core.api import Env

KINDS = (InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE)
NAMES = ("customer_status", "revenue", "last_purchase", "overdue_amount")


class Facts(NamedTuple):
    """In the order of ``NAMES``."""

    status: Standing
    revenue: Decimal
    last_purchase: date | None
    overdue: Decimal


def facts(env: Env, party_ids: Iterable[int] | None = None) -> Mapping[int, Facts]:
    """Per customer with a posted invoice, in one statement."""
    return {row[0]: _facts(*row[1:]) for row in env.session.execute(_sums(env, party_ids))}


def _facts(
    revenue: Decimal, last: date | None, overdue: Decimal, late: int, ever_late: int, settled: int
) -> Facts:
    return Facts(_status(late, ever_late, settled), revenue, last, overdue)


def _sums(env: Env, party_ids: Iterable[int] | None) -> Select[*tuple[Any, ...]]:
    """The customer, then what ``_facts`` takes."""
    invoice = env[Invoice]
    is_note = invoice.kind == InvoiceKind.CUSTOMER_CREDIT_NOTE
    late_now = ~is_note & (invoice.open_amount > 0) & (invoice.due_date < env.today())
    was_late = ~is_note & (invoice.open_amount == 0) & (invoice.paid_on > invoice.due_date)
    paid = ~is_note & (invoice.open_amount == 0) & invoice.paid_on.is_not(None)
    query = (
        select(
            invoice.party_id,
            func.sum(case((is_note, -invoice.net_company), else_=invoice.net_company)).label("revenue"),
            func.max(case((is_note, None), else_=invoice.date)).label("last"),
            func.sum(case((late_now, invoice.open_amount_company), else_=ZERO)).label("overdue"),
            func.count(case((late_now, 1))).label("late"),
            func.count(case((was_late, 1))).label("ever_late"),
            func.count(case((paid, 1))).label("settled"),
        )
        .where(invoice.kind.in_(KINDS), invoice.state == InvoiceState.POSTED)
        .group_by(invoice.party_id)
    )
    return query if party_ids is None else query.where(invoice.party_id.in_(sorted(party_ids)))


def refresh(env: Env, party_ids: Iterable[int] | None = None) -> int:
    """Set what changed, for these customers or all; give how many changed."""
    with env.system("customer status from invoices") as system:
        model = system[InvoicedParty]
        sums = _sums(system, party_ids).subquery()
        query = (
            select(model, sums)
            .outerjoin(sums, sums.c.party_id == model.id)
            .order_by(model.id)
            .with_for_update(of=model)
            .execution_options(populate_existing=True)
        )
        if party_ids is None:
            query = query.where(or_(sums.c.party_id.is_not(None), model.customer_status.is_not(None)))
        else:
            query = query.where(model.id.in_(sorted(party_ids)))
        changed = 0
        for party, customer, *found in system.session.execute(query):
            wanted = _seen(party, None if customer is None else _facts(*found))
            if tuple(getattr(party, name) for name in NAMES) != tuple(wanted):
                changed += 1
                for name, value in zip(NAMES, wanted, strict=True):
                    setattr(party, name, value)
        system.session.flush()
    return changed


def pending(env: Env) -> int:
    """Customers whose figures are not those of their invoices."""
    return sum(len(comparison.differences) for comparison in compare(env))


def catch_up(env: Env, run: CatchUp) -> None:
    """Bring all customers up to date."""
    run.customers += refresh(env)
    env.session.flush()


def compare(env: Env) -> Iterator[Comparison]:
    """What each customer shows with what the invoices say."""
    model = env[InvoicedParty]
    columns = [getattr(model, name) for name in NAMES]
    rows = env.session.execute(
        select(model.id, model.name, *columns).where(
            model.customer_status.is_not(None) & (model.customer_status != Standing.PROSPECT)
        )
    ).all()
    names = {row[0]: row[1] for row in rows}
    here = {row[0]: Facts(*row[2:]) for row in rows}
    blocked = frozenset(env.session.scalars(select(model.id).where(_is_blocked(model))))
    there = {id_: _blocked(found) if id_ in blocked else found for id_, found in facts(env).items()}
    yield compare_sets(
        "customers",
        _("Customers"),
        here,
        there,
        lambda key: _name(names, key),
    )


def _name(names: Mapping[int, str], key: int) -> tuple[str, str]:
    return names.get(key, f"#{key}"), f"/app/base/party/{key}"


def _status(late: int, ever_late: int, paid: int) -> Standing:
    if late:
        return Standing.LATE
    return Standing.GOOD_PAYER if paid and not ever_late else Standing.CUSTOMER


def _seen(party: InvoicedParty, found: Facts | None) -> Facts:
    """What the customer's page shows: a blocked customer is that before anything else."""
    if found is None:
        return Facts(Standing.PROSPECT, ZERO, None, ZERO)
    return _blocked(found) if getattr(party, "orders_blocked", False) else found


def _blocked(found: Facts) -> Facts:
    return found._replace(status=Standing.BLOCKED)


def _is_blocked(model: type[InvoicedParty]) -> Any:
    """Whose orders are blocked; nobody's where customer orders are not enabled."""
    return getattr(model, "orders_blocked", false())
