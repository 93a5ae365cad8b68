"""What the platform itself declares, by the same door as every addon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.builtin.models import MODELS
from core.hooks import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.orm.model import Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return MODELS
