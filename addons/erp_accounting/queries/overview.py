"""The few figures that say where the books stand today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from addons.erp_accounting.models import Account, AccountType, OpenItem
from addons.erp_accounting.queries.balances import accounts, fiscal_year, movements
from addons.erp_accounting.queries.statements import profit_and_loss
from core.api import ZERO, _

if TYPE_CHECKING:
    from decimal import Decimal

    from core.api import Env


def figures(env: Env) -> list[tuple[str, Decimal, str, str]]:
    """(label, amount, tone, address) of cash, receivables, late receivables, payables and result."""
    today = env.today()
    start, _end = fiscal_year(env, today)
    moved = movements(env, None, today)
    cash = sum(
        (
            moved[account.id].balance
            for account in accounts(env)
            if account.type is AccountType.BANK and account.id in moved
        ),
        ZERO,
    )
    owed, late = _open(env, AccountType.RECEIVABLE)
    owing, _late = _open(env, AccountType.PAYABLE)
    result = profit_and_loss(env, [(start, today)]).result()
    return [
        (str(_("Bank and cash")), cash, "", "/accounting/balance-sheet"),
        (str(_("Customers owe")), owed, "", "/accounting/aged-balances"),
        (str(_("Customers are late with")), late, "bad" if late else "", "/accounting/aged-balances"),
        (str(_("You owe suppliers")), -owing, "", "/accounting/aged-balances?side=payable"),
        (str(_("Result of the year so far")), result, "", "/accounting/profit-and-loss"),
    ]


def _open(env: Env, kind: AccountType) -> tuple[Decimal, Decimal]:
    item, account = env[OpenItem], env[Account]
    late = func.coalesce(func.sum(case((item.due_date < env.today(), item.residual), else_=ZERO)), ZERO)
    total, past = env.session.execute(
        select(func.coalesce(func.sum(item.residual), ZERO), late)
        .join(account, account.id == item.account_id)
        .where(item.company_id == env.company_id, account.type == kind, item.residual != 0)
    ).one()
    return total, past
