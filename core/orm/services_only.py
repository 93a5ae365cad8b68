"""Columns and records that only an addon's services write, because they follow from something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

if TYPE_CHECKING:
    from core.errors import RuleBroken


class ServicesOnly:
    """Refuses what a person, a file or the API writes into a state or a figure that services keep.

    Services say ``writing(env)`` first; the models' ``before_save`` calls ``refuse``. ``name`` is that of the
    addon; ``refusal`` says what follows from what, and the way out.
    """

    def __init__(self, name: str, refusal: type[RuleBroken]) -> None:
        self.key = f"{name}.services_only"
        self.refusal = refusal

    def writing(self, env: Any) -> None:
        """From here on, this Env's own services write."""
        env.cache[self.key] = True

    def is_written(self, env: Any) -> bool:
        """Whether services of the addon write in this Env."""
        return bool(env.cache.get(self.key))

    def refuse(self, env: Any, record: Any, *names: str) -> None:
        """Refuse a record written outside the services; with ``names`` only when one of these columns is set.

        A new record may say what its columns begin with anyway.
        """
        if self.is_written(env):
            return
        if not names:
            raise self.refusal
        state = inspect(record)
        for name in names:
            added = state.attrs[name].history.added
            if added and (state.persistent or not _begins_with(record, name, added[0])):
                raise self.refusal


def _begins_with(record: Any, name: str, value: Any) -> bool:
    default = record.__table__.c[name].default
    return value is None or (default is not None and value == default.arg)
