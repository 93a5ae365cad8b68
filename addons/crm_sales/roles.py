"""Who sees which opportunities, quotes and orders: one's own, one's team's, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from addons.crm_sales.models import (
    LostReason,
    Opportunity,
    Order,
    OrderLine,
    OrderLineTax,
    Pipeline,
    Quote,
    QuoteLine,
    QuoteLineTax,
    Stage,
    StageChange,
    Team,
    TeamMember,
)
from core.api import Grant, Role, _

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement

    from core.api import Env, Model

    Where = Callable[[Env, Any], ColumnElement[bool]]

DOCUMENTS = (Opportunity, Quote, Order)

LINES = (QuoteLine, OrderLine, QuoteLineTax, OrderLineTax)
"""Owned by their documents, whose rules hold for them too."""
SETTINGS = (Pipeline, Stage, LostReason, Team, TeamMember)


def own(env: Env, model: Any) -> ColumnElement[bool]:
    """What the user is in charge of."""
    return model.owner_id == env.user.id  # type: ignore[no-any-return]  # a column of a composed class


def of_team(env: Env, model: Any) -> ColumnElement[bool]:
    """What the user or one of the user's teams is in charge of."""
    member = env[TeamMember]
    teams = select(member.team_id).where(member.user_id == env.user.id)
    return or_(own(env, model), model.team_id.in_(teams))


def part_of(document: type[Model], key: str, rule: Where) -> Where:
    """Rows that tell of a document are seen with it."""

    def where(env: Env, model: Any) -> ColumnElement[bool]:
        whole: Any = env[document]
        criterion: ColumnElement[bool] = getattr(model, key).in_(select(whole.id).where(rule(env, whole)))
        return criterion

    return where


def _grants(rule: Where) -> tuple[Grant, ...]:
    return (
        *(Grant(model, "crud", where=rule) for model in DOCUMENTS),
        Grant(StageChange, "crud", where=part_of(Opportunity, "opportunity_id", rule)),
        *(Grant(model, "crud") for model in LINES),
        *(Grant(model, "r") for model in SETTINGS),
    )


ROLES = (
    Role(
        "crm_sales.user",
        _("Sales: own opportunities"),
        implies=("base.contacts",),
        grants=_grants(own),
    ),
    Role(
        "crm_sales.team",
        _("Sales: own team"),
        implies=("crm_sales.user",),
        grants=_grants(of_team),
    ),
    Role(
        "crm_sales.manager",
        _("Sales: everything"),
        implies=("crm_sales.user",),
        grants=tuple(Grant(model, "crud") for model in (*DOCUMENTS, *LINES, StageChange, *SETTINGS)),
    ),
)
