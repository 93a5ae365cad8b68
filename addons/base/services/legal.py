"""What the law keeps: rows that stay as they are when a person becomes anonymous."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from core.api import Env, Model


@dataclass(frozen=True, slots=True)
class LegalCopy:
    """The rows of a model that satisfy a criterion: ``LegalCopy(Invoice, lambda m: m.state == "posted")``."""

    model: type[Model]
    where: Callable[[Any], ColumnElement[bool]]


def copies(env: Env) -> dict[str, list[LegalCopy]]:
    """Table -> what the law keeps in it."""
    found: dict[str, list[LegalCopy]] = {}
    for declared in env.hooks.legal_copies(env=env):
        for copy in declared:
            table = copy.model.model_name.replace(".", "_")
            found.setdefault(table, []).append(copy)
    return found


def kept_in(env: Env) -> Callable[[str, Sequence[int]], set[int]]:
    """A function that says which of some rows of a table the law keeps."""
    known = copies(env)

    def kept(table: str, ids: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for copy in known.get(table, ()):
            model = env[copy.model]
            where = (model.id.in_(ids), copy.where(model))
            found.update(env.session.scalars(select(model.id).where(*where)))
        return found

    return kept
