"""What the sample implements."""

from __future__ import annotations

from typing import Any

from core.api import Grant, Role, hookimpl
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
