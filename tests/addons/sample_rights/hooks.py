"""What the sample implements."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  # msgspec reads it when the struct is made
from typing import Any

from msgspec import Struct

from core.api import Endpoint, Env, Grant, Role, RuleBroken, hookimpl
from sample_shop.models import Customer, Deal, Line


@hookimpl
def declare_roles() -> Any:
    return [
        Role(
            "sample_rights.seller",
            "Seller",
            implies=("base.user",),
            grants=(
                Grant(Customer, "r"),
                Grant(Deal, "cru", where=lambda env, model: model.probability < 90),
                Grant(Line, "crud"),
            ),
        )
    ]


class Reading(Struct, forbid_unknown_fields=True):
    """How many were counted of a customer's deals."""

    customer: str
    amount: Decimal


class Kept(Struct):
    """The customer it was kept on."""

    customer_id: int


def keep(env: Env, reading: Reading) -> Kept:
    """Make a customer of the reading; nothing below zero."""
    customer = env.add(Customer, name=reading.customer)
    if reading.amount < 0:
        message = "Nothing is below zero."
        raise RuleBroken(message, hint="Count again.")
    return Kept(customer.id)


@hookimpl
def declare_endpoints() -> Any:
    return [Endpoint("sample_rights.readings", "Take a reading", Reading, Kept, keep, "base.user")]


@hookimpl
def declare_events() -> Any:
    return [("sample_rights.counted", "A reading was taken")]
