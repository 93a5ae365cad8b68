"""The rules of the current company on customer orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_orders.models import Policy

if TYPE_CHECKING:
    from core.api import Env


def set_up(env: Env) -> Policy:
    """Give the company its row; does nothing when it has one."""
    model = env[Policy]
    found = env.session.scalars(select(model).where(model.company_id == env.company_id)).one_or_none()
    return found or env.add(Policy, company_id=env.company_id)
