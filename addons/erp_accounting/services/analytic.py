"""Distribute posted amounts over analytic accounts: by rule, exactly, and anew where it was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from addons.erp_accounting.models import (
    EXPENSES,
    INCOME,
    Account,
    AnalyticAccount,
    AnalyticAllocation,
    AnalyticLine,
    AnalyticPlan,
    AnalyticRule,
    Distribution,
    DistributionShare,
    EntryLine,
)
from addons.erp_accounting.services import ledgers
from core.api import HUNDRED, RuleBroken, _, round_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from addons.catalog.models import Product
    from addons.erp_accounting.models import Entry
    from core.api import Env


class NotPostedYet(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(
            _("{number} is not posted yet.", number=number), hint=_("Change the distribution on its line.")
        )


class AlreadySo(RuleBroken):
    def __init__(self, label: str, distribution: str) -> None:
        super().__init__(
            _("{line} is already allocated to {distribution}.", line=label, distribution=distribution),
            hint=_("Choose another distribution."),
        )


class OtherCompany(RuleBroken):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("{distribution} belongs to another company.", distribution=name),
            hint=_("Choose a distribution of this company."),
        )


def split(amount: Decimal, percents: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Parts of `amount` by percentages that add up to 100; the last part carries the cent.

    No part has another sign than the amount: what rounding up would take too much is taken from the last.
    """
    parts: list[Decimal] = []
    left = amount
    for percent in percents[:-1]:
        part = round_money(amount * percent / HUNDRED, currency)
        part = min(part, left) if amount > 0 else max(part, left)
        parts.append(part)
        left -= part
    return [*parts, left] if percents else []


def parts(
    distribution: Distribution, amount: Decimal, currency: str
) -> list[tuple[AnalyticAccount, Decimal]]:
    """What each analytic account gets; the whole amount once in each plan."""
    by_plan: dict[int, list[DistributionShare]] = {}
    for share in distribution.shares:
        by_plan.setdefault(share.account.plan_id, []).append(share)
    return [
        (share.account, part)
        for shares in by_plan.values()
        for share, part in zip(
            shares, split(amount, [share.percent for share in shares], currency), strict=True
        )
    ]


def write(env: Env, entry: Entry) -> None:
    """Write the analytic lines of an entry that has just been posted; asks nothing where it has none."""
    lines = [line for line in entry.lines if line.distribution_id and line.balance]
    if not lines:
        return
    known = _read(env, {line.distribution_id for line in lines if line.distribution_id})
    for line in lines:
        _add(env, line, known[line.distribution_id or 0], line.balance)
    env.session.flush()


def _read(env: Env, ids: Iterable[int]) -> dict[int, Distribution]:
    """Distributions of this company with their shares."""
    model, share = env[Distribution], env[DistributionShare]
    found = env.session.scalars(
        select(model)
        .where(model.id.in_(sorted(ids)))
        .options(selectinload(model.shares).options(joinedload(share.account)))
    )
    known = {row.id: row for row in found}
    for row in known.values():
        if row.company_id != env.company_id:
            raise OtherCompany(row.name)
    return known


def _add(
    env: Env,
    line: EntryLine,
    distribution: Distribution,
    amount: Decimal,
    allocation: AnalyticAllocation | None = None,
) -> None:
    model = env[AnalyticLine]
    env.session.add_all(
        model(
            company_id=line.company_id,
            entry_line_id=line.id,
            plan_id=account.plan_id,
            account_id=account.id,
            general_id=line.account_id,
            date=line.date,
            amount=part,
            allocation_id=allocation.id if allocation else None,
        )
        for account, part in parts(distribution, amount, env.company.currency)
        if part
    )


def default_for(
    env: Env, *, account_id: int | None, product: Product | None = None, party_id: int | None = None
) -> int | None:
    """The distribution that a new line of income or expense begins with, by the rules; none for others.

    Of the rules that fit, the one that asks for most is taken: product before contact before category before
    account.
    """
    wanted = {
        "product_id": product.id if product else None,
        "party_id": party_id,
        "category_id": product.category_id if product else None,
        "account_id": account_id,
    }
    fitting = [
        rule
        for rule in env.kept(AnalyticRule)
        if rule.active
        and rule.company_id == env.company_id
        and all(getattr(rule, name) in (None, value) for name, value in wanted.items())
    ]
    if not fitting or account_id is None:
        return None
    if env.get(Account, account_id).type not in (*INCOME, *EXPENSES):
        return None
    return max(fitting, key=lambda rule: (rule.rank, -rule.id)).distribution_id


def current(env: Env, lines: Iterable[EntryLine]) -> dict[int, int | None]:
    """Entry line id -> its distribution as of now: the last re-allocation, else what it was posted with."""
    if not env.kept(AnalyticPlan):
        return {}
    found: dict[int, int | None] = {line.id: line.distribution_id for line in lines}
    model = env[AnalyticAllocation]
    rows = env.session.execute(
        select(model.entry_line_id, model.after_id)
        .where(model.entry_line_id.in_(sorted(found)))
        .order_by(model.id)
    )
    found.update((line_id, after_id) for line_id, after_id in rows)
    return found


def credited(env: Env, entry_id: int | None) -> Mapping[tuple[int, int | None], int | None]:
    """Account and distribution of an invoice's line -> where its entry line is allocated by now."""
    if entry_id is None or not env.kept(AnalyticPlan):
        return {}
    line = env[EntryLine]
    lines = env.session.scalars(select(line).where(line.entry_id == entry_id).order_by(line.position)).all()
    now = current(env, lines)
    return {(one.account_id, one.distribution_id): now[one.id] for one in lines}


def reallocate(
    env: Env, line: EntryLine, *, distribution: Distribution | None = None, reason: str
) -> AnalyticAllocation:
    """Give a posted entry line to other analytic accounts, or to none. The ledger itself does not change.

    What it was allocated to is taken back by lines of its own; who did it and why stays. Refused on locked
    days, as reports of closed periods do not change.
    """
    held = env.get(EntryLine, line.id, lock=True)
    entry = held.entry
    if not entry.is_posted:
        raise NotPostedYet(entry.title)
    ledgers.refuse_locked(env, held.date, entry.journal.kind)
    before_id = current(env, [held]).get(held.id)
    after_id = distribution.id if distribution else None
    if before_id == after_id:
        name = distribution.name if distribution else str(_("no analytic account"))
        raise AlreadySo(held.label or held.account.title, name)
    known = _read(env, {after_id} - {None}) if after_id else {}
    allocation = env.add(
        AnalyticAllocation,
        company_id=held.company_id,
        entry_line_id=held.id,
        before_id=before_id,
        after_id=after_id,
        reason=reason,
        date=env.today(),
        user_id=env.user.id,
    )
    _take_back(env, held, allocation)
    if after_id:
        _add(env, held, known[after_id], held.balance, allocation)
    env.session.flush()
    return allocation


def _take_back(env: Env, line: EntryLine, allocation: AnalyticAllocation) -> None:
    model = env[AnalyticLine]
    total = func.sum(model.amount)
    rows = env.session.execute(
        select(model.plan_id, model.account_id, total)
        .where(model.entry_line_id == line.id)
        .group_by(model.plan_id, model.account_id)
        .having(total != 0)
    ).all()
    env.session.add_all(
        model(
            company_id=line.company_id,
            entry_line_id=line.id,
            plan_id=plan_id,
            account_id=account_id,
            general_id=line.account_id,
            date=line.date,
            amount=-amount,
            allocation_id=allocation.id,
        )
        for plan_id, account_id, amount in rows
    )
