"""Who records landed costs chooses their account."""

from __future__ import annotations

from addons.erp_accounting.models import Account
from core.api import Grant, Role

ROLES = (Role("erp_stock.manager", grants=(Grant(Account, "r"),)),)
