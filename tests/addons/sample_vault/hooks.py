"""What sample_vault says to core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.api import Env, Grant, Role, hookimpl
from sample_vault.models import MODELS, Deal, DealLabel, DealLine, Label, LabelTotal, Rate, Visit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def own(env: Env, model: Any) -> ColumnElement[bool]:
    """The user's own deals."""
    return model.owner_id == env.user.id  # type: ignore[no-any-return]  # a composed class is Any to the checker


def small(env: Env, model: Any) -> ColumnElement[bool]:
    """Deals anyone in the team may see."""
    return model.amount < 10  # type: ignore[no-any-return]  # a composed class is Any to the checker


@hookimpl
def declare_models() -> Any:
    return MODELS


@hookimpl
def declare_observed() -> Any:
    return (Visit,)


@hookimpl
def declare_roles() -> Any:
    return (
        Role(
            "sample_vault.seller",
            "Seller",
            implies=("base.user",),
            grants=(
                Grant(Deal, "crud", where=own),
                Grant(Deal, "r", where=small),
                Grant(DealLine, "crud"),
                Grant(Label, "r"),
                Grant(LabelTotal, "r"),
                Grant(DealLabel, "r"),
                Grant(Rate, "r"),
            ),
        ),
        Role(
            "sample_vault.boss",
            "Head of sales",
            implies=("sample_vault.seller",),
            grants=(
                Grant(Deal, "crud"),
                Grant(Label, "crud"),
                Grant(LabelTotal, "crud"),
                Grant(Rate, "crud"),
            ),
            field_groups=("sample_vault.margin",),
        ),
    )
