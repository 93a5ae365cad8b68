"""Find what words match, whether they are rare or common, without trusting the planner to know which.

The database believes of every prefix it has no figures for that it matches one row in fifty. It then reads a
whole table for the one row that has a rare reference, and gathers a hundred thousand rows of an index for a
common word of which a thousand are wanted. So the newest rows are looked at first: they tell what is common.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, text

from core.orm.search import words_of
from core.security.guard import trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from core.env import Env

SMALL: Final = 20_000
"""Rows of a table that is simply read."""
SAMPLE: Final = 2_000
"""How many of the newest rows tell what is common."""
COMMON: Final = SAMPLE // 100
"""So many of them that a word is common."""
SIZES_SECONDS: Final = 600.0
_SIZES: Final = text(
    "SELECT relname, reltuples FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
)


def matching_ids(
    env: Env, model: Any, typed: str, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[int]:
    """The ids of up to ``limit`` records that every word matches, and the conditions, in no order."""
    tokens = model.search_tokens
    if _rows(env, model) < SMALL:
        found = select(model.id).where(tokens.matches(typed), *conditions)
        return list(env.session.scalars(found.limit(limit)))
    words = words_of(typed)
    newest = _newest(env, model)
    together, *counts = _sample(env, model, newest, words, conditions)
    if together >= COMMON:
        window = SAMPLE * limit * 3 // (together * 2)
        some = select(model.id).where(model.id > newest - window, *(tokens.holds(one) for one in words))
        ids = list(env.session.scalars(some.where(*conditions).limit(limit)))
        if len(ids) == limit:
            return ids
    rare = [word for word, count in zip(words, counts, strict=True) if count < COMMON] or words
    indexed = select(model.id, tokens.label("tokens")).where(tokens.matches(" ".join(rare)), *conditions)
    gathered: Any = indexed.cte("found").prefix_with("MATERIALIZED")
    others = [gathered.c.tokens.holds(one) for one in words if one not in rare]
    return list(env.session.scalars(select(gathered.c.id).where(*others).limit(limit)))


def _newest(env: Env, model: Any) -> int:
    """The last id that was given, whoever may see the record."""
    with trusted(env.session):
        return int(env.session.scalar(select(func.max(model.id))) or 0)


def _sample(
    env: Env, model: Any, newest: int, words: Sequence[str], conditions: Sequence[ColumnElement[bool]]
) -> Sequence[int]:
    """Of the newest rows: how many all words match, then each of them."""
    each = [model.search_tokens.holds(word) for word in words]
    counts = [func.count().filter(*each), *(func.count().filter(one) for one in each)]
    statement = select(*counts).select_from(model).where(model.id > newest - SAMPLE, *conditions)
    return env.session.execute(statement).one()


def _rows(env: Env, model: Any) -> float:
    """About how many rows the table has, as the database last counted them."""
    known: dict[str, tuple[float, dict[str, float]]] = env.registry.whole.memo(
        "core.views.sizes", lambda _: {}
    )
    asked, sizes = known.get(env.workspace.schema, (0.0, {}))
    if time.monotonic() - asked > SIZES_SECONDS or not asked:
        with trusted(env.session):
            rows = env.session.execute(_SIZES)
            sizes = {row.relname: row.reltuples for row in rows}
        known[env.workspace.schema] = (time.monotonic(), sizes)
    return sizes.get(model.__tablename__, 0.0)
