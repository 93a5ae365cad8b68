"""The company's own bank accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import BankAccount

if TYPE_CHECKING:
    from core.api import Env


def account_for(env: Env, currency: str) -> BankAccount | None:
    """The first active account with an IBAN in a currency, else in the company's own."""
    model = env[BankAccount]
    return env.session.scalars(
        select(model)
        .where(
            model.company_id == env.company_id,
            model.iban.is_not(None),
            model.active,
            model.currency.in_([currency, env.company.currency]),
        )
        .order_by(model.currency != currency, model.id)
        .limit(1)
    ).first()
