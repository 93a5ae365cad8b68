"""What crm_sales gives to core's hooks and to base's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.crm_sales import models
from addons.crm_sales.services import seeding
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (
        models.Team,
        models.TeamMember,
        models.Pipeline,
        models.Stage,
        models.LostReason,
        models.Opportunity,
        models.StageChange,
        models.Quote,
        models.QuoteLine,
        models.QuoteLineTax,
        models.Order,
        models.OrderLine,
        models.OrderLineTax,
    )


@hookimpl
def seed_data(env: Env) -> None:
    seeding.seed(env)
