"""How far orders are: always recomputed from the documents, never counted up or down.

Each wire that knows such documents sums them per line and records the sums; what follows from them is worked
out in one place, the ``settle`` of the addon that has the orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.util import identity_key

from addons.catalog.models import Progress
from core.api import ZERO, Model, note_held, writing_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from core.api import Env

O = TypeVar("O", bound=Model)  # noqa: E741 - an order


class Recorder(Generic[O]):
    """Records sums of documents on the lines of one kind of order.

    ``order`` has ``lines`` and ``products``; ``line`` has ``order_id`` and ``product``. ``settle`` works out
    what follows for an order without flushing, ``tell`` tells the other addons that it progressed.
    """

    def __init__(
        self,
        order: type[O],
        line: type[Model],
        *,
        settle: Callable[[Env, O], None],
        tell: Callable[[Env, O], None],
    ) -> None:
        self.order: Any = order
        self.line: Any = line
        self.settle, self.tell = settle, tell
        self.key = f"{order.__module__}.locked"

    def record(
        self,
        env: Env,
        line_ids: Iterable[int],
        sums: Mapping[int, Mapping[str, Decimal]],
        names: Iterable[str],
    ) -> None:
        """Set the columns ``names`` of these lines to their sums (zero where there is none), and tell their
        orders."""
        wanted = sorted(set(line_ids))
        if not wanted:
            return
        for order in self.orders_of(env, wanted):
            with writing_closed(order):
                changed = self._set(order, wanted, sums, names)
                if changed:
                    self.settle(env, order)
            if changed:
                self.tell(env, order)

    @staticmethod
    def _set(
        order: Any, line_ids: Sequence[int], sums: Mapping[int, Mapping[str, Decimal]], names: Iterable[str]
    ) -> bool:
        changed = False
        for item in order.products:
            if item.id not in line_ids:
                continue
            for name in names:
                value = sums.get(item.id, {}).get(name, ZERO)
                if getattr(item, name) != value:
                    setattr(item, name, value)
                    changed = True
        return changed

    def orders_of(self, env: Env, line_ids: Sequence[int]) -> Sequence[O]:
        """The orders of these lines with their products, locked; what is locked already is not read again."""
        line, order = env[self.line], env[self.order]
        locked = self.locked(env)
        held = [env.session.identity_map.get(identity_key(line, id_)) for id_ in line_ids]
        ids = {item.__dict__.get("order_id", 0) for item in held if item is not None}
        if None not in held and ids <= locked.keys():
            return [locked[id_] for id_ in sorted(ids)]
        return self._read(env, order.id.in_(select(line.order_id).where(line.id.in_(line_ids))))

    def hold(self, env: Env, order_ids: Iterable[int]) -> None:
        """Lock orders before their documents are, with what comes before them in the order of locks."""
        missing = sorted(set(order_ids) - self.locked(env).keys())
        if missing:
            env.hooks.lock_first(env=env, model=self.order.model_name, ids=missing)
            self._read(env, env[self.order].id.in_(missing))

    def _read(self, env: Env, where: Any) -> Sequence[O]:
        line, order = env[self.line], env[self.order]
        query = (
            select(order)
            .where(where)
            .order_by(order.id)
            .options(selectinload(order.lines).joinedload(line.product))
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        found: Sequence[O] = env.session.scalars(query).all()
        note_held(env, *found)
        self.locked(env).update({item.id: item for item in found})
        return found

    def locked(self, env: Env) -> dict[int, O]:
        """The orders this transaction has locked or made, by id; nobody reads them again."""
        orders: dict[int, O] = env.cache.setdefault(self.key, {})
        return orders


def far(pairs: Sequence[tuple[Decimal, Decimal]]) -> Progress:
    """How far something is, from what is wanted and what is done of each line."""
    if not any(done for _wanted, done in pairs):
        return Progress.NOTHING
    return Progress.FULLY if all(done >= wanted for wanted, done in pairs) else Progress.PARTLY
