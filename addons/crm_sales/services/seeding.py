"""A first pipeline and usual reasons, so that selling can begin at once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.crm_sales.models import LostReason, Pipeline, Stage
from core.api import _, using

if TYPE_CHECKING:
    from core.api import Env

STAGES = (
    (_("New"), 10, ""),
    (_("Qualified"), 30, ""),
    (_("Proposal"), 60, "expected, close_on"),
    (_("Negotiation"), 80, "expected, close_on"),
)
REASONS = (
    _("Price"),
    _("Chose a competitor"),
    _("No budget"),
    _("No decision"),
    _("Timing"),
    _("Product does not fit"),
)


def seed(env: Env) -> None:
    """Write what is missing, in the company's language."""
    reason = env[LostReason]
    with using(env.company.locale if env.company_id else "en"):
        if env.session.scalar(select(reason.id).limit(1)) is None:
            env.session.add_all(reason(name=str(name)) for name in REASONS)
        if env.company_id:
            _pipeline(env)
    env.session.flush()


def _pipeline(env: Env) -> None:
    model = env[Pipeline]
    if env.session.scalar(select(model.id).where(model.company_id == env.company_id).limit(1)) is not None:
        return
    env.session.add(
        model(
            name=str(_("Sales")),
            stages=[
                env[Stage](
                    name=str(name),
                    position=10 * position,
                    probability=Decimal(probability),
                    required_fields=required,
                )
                for position, (name, probability, required) in enumerate(STAGES, start=1)
            ],
        )
    )
