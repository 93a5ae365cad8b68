"""Count and show the SQL statements that a piece of code runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from collections.abc import Iterator


class Statements(list[str]):
    """The statements in order; ``len`` is the count."""

    def touching(self, table: str) -> list[str]:
        """Those that name a table."""
        return [statement for statement in self if table in statement]


@contextmanager
def counting(engine: Engine) -> Iterator[Statements]:
    """Collect every statement sent on any connection of ``engine``; an executemany counts once."""
    seen = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
