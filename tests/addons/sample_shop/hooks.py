"""What sample_shop says to core."""

from __future__ import annotations

from typing import Any

from core.api import hookimpl
from sample_shop.models import MODELS
from sample_shop.roles import ROLES
from sample_shop.views import MENUS, VIEWS


@hookimpl
def declare_models() -> Any:
    return MODELS


@hookimpl
def declare_views() -> Any:
    return VIEWS


@hookimpl
def declare_menus() -> Any:
    return MENUS


@hookimpl
def declare_roles() -> Any:
    return ROLES
