"""The purchasing rules of the current company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_purchase.models import Policy
from core.api import ZERO

if TYPE_CHECKING:
    from core.api import Env


def of(env: Env) -> Policy:
    """The company's row; where it has none yet, no limits and no tolerances."""
    model = env[Policy]
    with env.session.no_autoflush:
        found = env.session.scalars(select(model).where(model.company_id == env.company_id)).one_or_none()
    return found or model(
        receipt_over=ZERO,
        bill_quantity_over=ZERO,
        bill_price_over=ZERO,
        bill_amount_over=ZERO,
        remind_after=1,
    )


def set_up(env: Env) -> Policy:
    """Give the company its row; does nothing when it has one."""
    model = env[Policy]
    found = env.session.scalars(select(model).where(model.company_id == env.company_id)).one_or_none()
    return found or env.add(Policy, company_id=env.company_id)
