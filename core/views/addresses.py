"""Where the pages of models and records lie."""

from __future__ import annotations

from typing import Any


def base_of(model: type[Any]) -> str:
    """Where the pages of a model lie."""
    addon, _dot, short = model.model_name.partition(".")
    return f"/app/{addon}/{short}/"


def url_of(record: Any) -> str:
    """The page of a record."""
    return f"{base_of(type(record))}{record.id}"
