"""The account beside landed costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import AccountType
from addons.erp_stock.models import LandedCost
from core.api import Field, FormExtension

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from addons.erp_accounting.models import Account
    from core.api import Env

BILLED = (AccountType.CURRENT_LIABILITY, AccountType.COST_OF_SALES, AccountType.EXPENSE)
"""What a carrier's bill is booked on."""


def _accounts(_env: Env, _cost: Any, account: type[Account]) -> ColumnElement[bool]:
    return account.type.in_(BILLED)


VIEWS: tuple[Any, ...] = (
    FormExtension(LandedCost, fields=(Field("account", options=_accounts, after="on"),)),
)
