"""What a customer pays for a product: the list answers, else its parent, else the default list, else the
product.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from addons.base.services import currencies
from addons.catalog.models import Category, PartyPriceList, PriceList, PriceRule
from addons.catalog.services.units import factor, price_in
from core.api import HUNDRED, ZERO, RuleBroken, _, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from addons.base.models import Party
    from addons.catalog.models import Product, Unit
    from core.api import Env

DIGITS = 6


class ListsInACircle(RuleBroken):
    """A list cannot be its own ancestor."""

    def __init__(self, price_list: PriceList) -> None:
        super().__init__(
            _('Price list "{name}" is among its own parents.', name=price_list.name),
            hint=_("Choose another parent list."),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product, how much of it, and in which unit (default: the product's)."""

    product: Product
    quantity: Decimal = Decimal(1)
    unit: Unit | None = None


def list_of(env: Env, party: Party | None) -> PriceList | None:
    """The customer's own price list, else that of their organisation, else the default one."""
    lists = _lists(env)
    default = _default(lists)
    if party is None or all(one is default for one in lists.values()):
        return default
    join = env[PartyPriceList]
    parties = [number for number in (party.id, party.parent_id) if number is not None]
    rows = env.session.execute(
        select(join.party_id, join.price_list_id).where(
            join.party_id.in_(parties), join.price_list_id.in_(lists)
        )
    )
    chosen = {row.party_id: lists[row.price_list_id] for row in rows}
    return next((chosen[number] for number in parties if number in chosen), default)


def prices(
    env: Env,
    wanted: Sequence[Wanted],
    *,
    price_list: PriceList | None = None,
    currency: str = "",
    on: date | None = None,
) -> list[Decimal]:
    """The unit price of each product, in ``currency`` (default: the company's), for its unit.

    At most three statements however many products: the lists, their rules, the categories.
    """
    day = on or env.today()
    company_currency = env.company.currency
    target = currency or company_currency
    chain = _chain(env, price_list)
    rules = _rules(env, chain, wanted, day)
    ancestors = _ancestors(env, wanted, rules)
    found: list[Decimal] = []
    for want in wanted:
        price, money = _one(want, chain, rules, ancestors, company_currency)
        if money != target:
            price = price * currencies.rate_on(env, money, day) / currencies.rate_on(env, target, day)
        if want.unit is not None:
            price = price_in(price, want.product.unit, want.unit)
        found.append(round_half_up(price, DIGITS))
    return found


def _lists(env: Env) -> Mapping[int, PriceList]:
    return {row.id: row for row in env.kept(PriceList) if row.active and row.company_id == env.company_id}


def _default(lists: Mapping[int, PriceList]) -> PriceList | None:
    return next((row for row in lists.values() if row.is_default), None)


def _chain(env: Env, price_list: PriceList | None) -> list[PriceList]:
    """The list and its parents, then the default list and its parents; each once."""
    if price_list is None:
        return []
    lists = _lists(env)
    chain: dict[int, PriceList] = {}
    for start in (price_list, _default(lists)):
        current, seen = start, set[int]()
        while current is not None:
            if current.id in seen:
                raise ListsInACircle(current)
            seen.add(current.id)
            chain.setdefault(current.id, current)
            current = lists.get(current.parent_id) if current.parent_id else None
    return list(chain.values())


def _rules(
    env: Env, chain: Iterable[PriceList], wanted: Iterable[Wanted], day: date
) -> Mapping[int, list[PriceRule]]:
    ids = [row.id for row in chain]
    by_list: dict[int, list[PriceRule]] = {list_id: [] for list_id in ids}
    if not ids:
        return by_list
    rule = env[PriceRule]
    products = {want.product.id for want in wanted}
    rows = env.session.scalars(
        select(rule).where(
            rule.price_list_id.in_(ids),
            or_(rule.product_id.is_(None), rule.product_id.in_(products)),
            or_(rule.start_on.is_(None), rule.start_on <= day),
            or_(rule.end_on.is_(None), rule.end_on >= day),
        )
    )
    for row in rows:
        by_list[row.price_list_id].append(row)
    return by_list


def _ancestors(
    env: Env, wanted: Iterable[Wanted], rules: Mapping[int, list[PriceRule]]
) -> Mapping[int, list[int]]:
    """For each category in use its own id and its ancestors', nearest first; read only when a rule needs
    it.
    """
    if not any(rule.category_id for of_list in rules.values() for rule in of_list):
        return {}
    model = env[Category]
    parents = {row.id: row.parent_id for row in env.session.execute(select(model.id, model.parent_id))}
    paths: dict[int, list[int]] = {}
    for want in wanted:
        start = want.product.category_id
        if start and start not in paths:
            path: list[int] = []
            current: int | None = start
            while current is not None and current not in path:
                path.append(current)
                current = parents.get(current)
            paths[start] = path
    return paths


def _one(
    want: Wanted,
    chain: Iterable[PriceList],
    rules: Mapping[int, list[PriceRule]],
    ancestors: Mapping[int, list[int]],
    company_currency: str,
) -> tuple[Decimal, str]:
    quantity = want.quantity
    if want.unit is not None and want.unit.id != want.product.unit_id:
        quantity = want.quantity * factor(want.unit, want.product.unit)
    path = ancestors.get(want.product.category_id or 0, [])
    for price_list in chain:
        fitting = [
            (precision, rule)
            for rule in rules[price_list.id]
            if rule.min_quantity <= quantity
            and (precision := _precision(rule, want.product, path)) is not None
        ]
        if fitting:
            rule = max(fitting, key=lambda found: (found[0], found[1].min_quantity, _start(found[1])))[1]
            if rule.price is not None:
                return rule.price, price_list.currency
            discount = rule.discount or ZERO
            return want.product.sale_price * (HUNDRED - discount) / HUNDRED, company_currency
    return want.product.sale_price, company_currency


def _precision(rule: PriceRule, product: Product, path: Sequence[int]) -> int | None:
    """How closely a rule is meant for the product; None when it is not."""
    if rule.product_id is not None:
        return 1_000_000 if rule.product_id == product.id else None
    if rule.category_id is not None:
        return 1000 - path.index(rule.category_id) if rule.category_id in path else None
    return 0


def _start(rule: PriceRule) -> int:
    return rule.start_on.toordinal() if rule.start_on else 0
