"""Analytic accounts and distributions as screens, files and the API write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.erp_accounting.models import AnalyticAccount, Distribution, DistributionShare
from core.api import HUNDRED, ZERO, RuleBroken, _

if TYPE_CHECKING:
    from core.api import Env

PARTS = re.compile(r"\s*(?:[,;+](?!\d)|\n)\s*")
SHARE = re.compile(r"(\S+)(?:\s+(\d{1,3}(?:[.,]\d{1,8})?)\s*%?)?")
"""A code, and how many percent."""


class NoShares(RuleBroken):
    def __init__(self, words: str, part: str) -> None:
        super().__init__(
            _("“{part}” of “{words}” is no code of an analytic account.", part=part, words=words),
            hint=_("Add its shares, or type codes with their percentages, such as: S01 60, S02 40."),
        )


def create_account(env: Env, values: dict[str, Any]) -> AnalyticAccount:
    """An analytic account with the distribution that gives it everything: what is picked on a line."""
    given = {name: value for name, value in values.items() if value is not None}
    account = env.add(AnalyticAccount, **{"company_id": env.company_id} | given)
    share = env[DistributionShare](
        company_id=account.company_id, position=1, account_id=account.id, account=account, percent=HUNDRED
    )
    env.add(
        Distribution,
        company_id=account.company_id,
        name=account.title,
        account_id=account.id,
        active=account.active,
        shares=[share],
    )
    return account


def own(env: Env, account: AnalyticAccount) -> Distribution:
    """The distribution that gives an account everything."""
    model = env[Distribution]
    return env.session.scalars(select(model).where(model.account_id == account.id)).one()


def follow(env: Env, account: AnalyticAccount, names: frozenset[str]) -> None:
    """The account's own distribution is called as the account is, and offered while the account is."""
    if account.id is None or not names & {"code", "name", "active"}:
        return
    with env.session.no_autoflush:
        distribution = own(env, account)
    distribution.name, distribution.active = account.title, bool(account.active)


def create_distribution(env: Env, values: dict[str, Any]) -> Distribution:
    """A distribution with its shares, each plan whole.

    Without shares its name says them, as typed into the field of a line: "S01 60, S02 40".
    """
    given = {name: value for name, value in values.items() if value is not None}
    if not given.get("shares"):
        given["shares"] = _typed(env, given.get("name", ""))
    record = env[Distribution](**{"company_id": env.company_id} | given)
    for position, share in enumerate(record.shares, start=1):
        share.company_id, share.position = record.company_id, share.position or position
    env.session.add(record)
    env.session.flush()
    return record


def _typed(env: Env, words: str) -> list[DistributionShare]:
    """Shares from words: codes with percentages; a code without one takes what its plan still lacks."""
    model = env[AnalyticAccount]
    found: list[DistributionShare] = []
    for part in PARTS.split(words.strip()):
        read = SHARE.fullmatch(part)
        account = None
        if read:
            statement = select(model).where(
                model.company_id == env.company_id, model.active, func.lower(model.code) == read[1].lower()
            )
            account = env.session.scalars(statement).one_or_none()
        if read is None or account is None:
            raise NoShares(words, part)
        rest = HUNDRED - sum((one.percent for one in found if one.account.plan_id == account.plan_id), ZERO)
        percent = Decimal(read[2].replace(",", ".")) if read[2] else rest
        found.append(env[DistributionShare](account_id=account.id, account=account, percent=percent))
    return found


def begin_share(env: Env, record: Distribution, share: DistributionShare) -> None:
    """A new share takes what its plan still lacks of 100 %."""
    share.company_id = record.company_id or env.company_id or 0
    plan = share.account.plan_id if share.account else None
    others = (one for one in record.shares if one is not share and one.account)
    taken = sum((one.percent or ZERO for one in others if one.account.plan_id == plan), ZERO)
    share.percent = max(HUNDRED - taken, ZERO)
