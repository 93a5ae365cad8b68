"""What the sample implements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.api import Role, hookimpl
from sample_copies.models import MODELS

if TYPE_CHECKING:
    from core.api import Model


@hookimpl
def declare_models() -> list[type[Model]]:
    return MODELS


@hookimpl
def declare_roles() -> Any:
    return [Role("sample_copies.controller", "Controller", field_groups=("sample_copies.margin",))]
