"""Numbers of quotes and orders: without gaps per company and year, S-2026-0184."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env

QUOTE, ORDER = "Q", "S"


def take(env: Env, prefix: str, on: date) -> str:
    """The next number. Locks the series until the transaction ends: take it last."""
    year = str(on.year)
    return f"{prefix}-{year}-{env.next_number(f'crm_sales.{prefix}', year):04}"
