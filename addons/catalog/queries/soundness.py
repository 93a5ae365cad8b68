"""Compare what the lines of orders say with what their documents give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.api import ZERO, Finding, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from core.api import Env, Model


def compare(
    env: Env,
    models: tuple[type[Model], type[Model]],
    kind: str,
    names: Sequence[str],
    sums: Mapping[int, Mapping[str, Decimal]],
) -> Iterator[Finding]:
    """One finding for each line and column in ``names`` that is not the sum its documents give.

    ``models``: the order, with a ``number``, and its line, with ``order_id`` and ``description``.
    """
    order, line = (env[model] for model in models)
    fields: Any = line
    columns = [getattr(line, name) for name in names]
    rows = env.session.execute(
        select(line.id, order.number, fields.description, *columns)  # type: ignore[attr-defined]  # orders have one
        .join(order, order.id == fields.order_id)
        .order_by(line.id)
    )
    seen = set()
    for id_, number, description, *values in rows:
        seen.add(id_)
        for name, value in zip(names, values, strict=True):
            found = sums.get(id_, {}).get(name, ZERO)
            if value != found:
                detail = _("{name} {kept}, by its documents {sum}", name=name, kept=value, sum=found)
                yield Finding(kind, f"{number}, {description}", str(detail))
    for id_ in sorted(sums.keys() - seen):
        yield Finding(kind, f"line {id_}", str(_("documents for a line that is gone")))
