"""Work out a customer's status, revenue and last purchase; always from all invoices of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import case, false, func, select, union_all

from addons.base.models import Party
from addons.base.services.panels import Fact
from addons.bridge_crm_erp.models import AMOUNTS
from addons.bridge_crm_erp.services.drift import compare as compare_sets
from addons.bridge_crm_erp.wires.customers.models import CustomerFigures, KnownCustomer, Standing
from core.api import ZERO, _, in_company

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from sqlalchemy import Select, Subquery

    from addons.bridge_crm_erp.models import CatchUp
    from addons.bridge_crm_erp.services.drift import Comparison
    from core.api import Env


class Facts(NamedTuple):
    """Named and ordered like the columns of the figures."""

    status: Standing
    revenue: Decimal
    last_purchase: date | None
    overdue: Decimal


def billed(env: Env) -> Subquery:
    """The invoices and credit notes of the current company, of every ERP that wires know of."""
    return union_all(*env.hooks.bridge_billed(env=env)).subquery("billed")


def late(env: Env) -> int:
    """How many invoices are open past their due date."""
    with env.system("late invoices for the bridge") as system:
        document = billed(system).c
        query = select(func.count()).where(~document.is_note, document.open, document.due_date < env.today())
        return system.session.scalar(query) or 0


def refresh(env: Env, party_ids: Iterable[int] | None = None) -> int:
    """Set what changed in the current company, for these customers or all; give how many changed.

    A customer is locked before the invoices are read: what another transaction is posting counts.
    """
    with env.system("customer status from invoices") as system:
        ids = sorted(_differing(system) if party_ids is None else party_ids)
        if not ids:
            return 0
        party, figures = system[KnownCustomer], system[CustomerFigures]
        lock = select(party.id).where(party.id.in_(ids)).order_by(party.id)
        system.session.execute(lock.with_for_update(key_share=True))
        sums = _sums(system, ids).subquery()
        here = (figures.party_id == party.id) & (figures.company_id == system.company_id)
        query = (
            select(figures, _is_blocked(party), sums)
            .select_from(party)
            .outerjoin(figures, here)
            .outerjoin(sums, sums.c.party_id == party.id)
            .where(party.id.in_(ids))
            .execution_options(populate_existing=True)
        )
        changed = 0
        for kept, is_blocked, party_id, *found in system.session.execute(query):
            if party_id is None:
                if kept is not None:
                    changed += 1
                    system.session.delete(kept)
                continue
            wanted = _seen(_facts(*found), blocked=is_blocked)
            if kept is None:
                system.session.add(figures(party_id=party_id, **wanted._asdict()))
            elif _kept(kept) == wanted:
                continue
            else:
                for name, value in wanted._asdict().items():
                    setattr(kept, name, value)
            changed += 1
        system.session.flush()
    return changed


def refresh_everywhere(env: Env, party_ids: Iterable[int]) -> None:
    """The same in every company of the workspace, whichever the user works in."""
    with env.system("customer status in all companies") as system:
        for company_id in system.companies_using("bridge_crm_erp__customers"):
            refresh(in_company(system, company_id), party_ids)


def facts(env: Env, party: Party) -> Sequence[Fact]:
    """For the head of the customer page: status, what is overdue, and what was invoiced this year."""
    customer = cast("KnownCustomer", party)
    figures, standing = customer.figures, customer.standing
    url = f"/app/base/party/{party.id}?view=details"
    status = Fact(_("Customer status"), standing.label, tone=standing.tone, url=url, sequence=5)
    if figures is None:
        return (status,) if party.is_customer else ()
    currency, year = env.company.currency, env.today().year
    if not env.access.shows(AMOUNTS):
        hidden = [Fact(_("Revenue {year}", year=year), "", url=url, sequence=40, hidden=True)]
        if figures.status is Standing.LATE:
            hidden.insert(0, Fact(_("Overdue"), "", url=url, sequence=20, hidden=True))
        return (status, *hidden)
    with env.system("revenue of the year on the customer page") as system:
        document = billed(system).c
        revenue = system.session.scalar(
            select(func.sum(case((document.is_note, -document.net), else_=document.net))).where(
                document.party_id == party.id, func.extract("year", document.date) == year
            )
        )
    sold = Fact(_("Revenue {year}", year=year), revenue or ZERO, currency=currency, url=url, sequence=40)
    if not figures.overdue:
        return (status, sold)
    return (
        status,
        Fact(_("Overdue"), figures.overdue, currency=currency, tone="bad", url=url, sequence=20),
        sold,
    )


def pending(env: Env) -> int:
    """Customers whose figures are not those of their invoices."""
    return sum(len(comparison.differences) for comparison in compare(env))


def catch_up(env: Env, run: CatchUp) -> None:
    """Bring all customers up to date."""
    run.customers += refresh(env)
    env.session.flush()


def compare(env: Env) -> Iterator[Comparison]:
    """What each customer shows with what the invoices say."""
    here, there = _both(env)
    party = env[Party]
    differing = [key for key in here.keys() | there.keys() if here.get(key) != there.get(key)]
    names = dict(env.session.execute(select(party.id, party.name).where(party.id.in_(differing))).all())
    yield compare_sets(
        "customers",
        _("Customers"),
        here,
        there,
        lambda key: (names.get(key, f"#{key}"), f"/app/base/party/{key}"),
    )


def _differing(env: Env) -> set[int]:
    here, there = _both(env)
    return {key for key in here.keys() | there.keys() if here.get(key) != there.get(key)}


def _both(env: Env) -> tuple[Mapping[int, Facts], Mapping[int, Facts]]:
    """The kept figures and those of the invoices, by customer."""
    figures, model = env[CustomerFigures], env[KnownCustomer]
    columns = (figures.party_id, *(getattr(figures, name) for name in Facts._fields))
    kept = select(*columns).where(figures.company_id == env.company_id)
    here = {row[0]: Facts(*row[1:]) for row in env.session.execute(kept)}
    blocked = frozenset(env.session.scalars(select(model.id).where(_is_blocked(model))))
    there = {
        party_id: _seen(_facts(*found), blocked=party_id in blocked)
        for party_id, *found in env.session.execute(_sums(env))
    }
    return here, there


def _sums(env: Env, party_ids: Iterable[int] | None = None) -> Select[*tuple[Any, ...]]:
    """The customer, then what ``_facts`` takes."""
    document = billed(env).c
    late_now = ~document.is_note & document.open & (document.due_date < env.today())
    was_late = ~document.is_note & ~document.open & (document.paid_on > document.due_date)
    paid = ~document.is_note & ~document.open & document.paid_on.is_not(None)
    query = select(
        document.party_id,
        func.sum(case((document.is_note, -document.net), else_=document.net)).label("revenue"),
        func.max(case((document.is_note, None), else_=document.date)).label("last"),
        func.sum(case((late_now, document.owed), else_=ZERO)).label("overdue"),
        func.count(case((late_now, 1))).label("late"),
        func.count(case((was_late, 1))).label("ever_late"),
        func.count(case((paid, 1))).label("settled"),
    ).group_by(document.party_id)
    return query if party_ids is None else query.where(document.party_id.in_(sorted(party_ids)))


def _facts(
    revenue: Decimal, last: date | None, overdue: Decimal, late_now: int, ever_late: int, settled: int
) -> Facts:
    if late_now:
        status = Standing.LATE
    else:
        status = Standing.GOOD_PAYER if settled and not ever_late else Standing.CUSTOMER
    return Facts(status, revenue, last, overdue)


def _is_blocked(model: type[KnownCustomer]) -> Any:
    """Whose orders are blocked; nobody's where customer orders are not enabled."""
    return getattr(model, "orders_blocked", false())


def _kept(figures: CustomerFigures) -> Facts:
    return Facts(figures.status, figures.revenue, figures.last_purchase, figures.overdue)


def _seen(found: Facts, *, blocked: bool) -> Facts:
    """A blocked customer is that before anything else."""
    return found._replace(status=Standing.BLOCKED) if blocked else found
