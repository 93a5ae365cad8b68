"""Database triggers declared beside the model that they protect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger with a function of its own, both created by the addon's migration.

    ``timing`` is what follows CREATE TRIGGER's name ("BEFORE UPDATE OR DELETE"), ``body`` the PL/pgSQL block
    from BEGIN (or DECLARE) to END, ``when`` an optional condition, ``deferred`` makes it a constraint trigger
    that runs at commit. It runs for each row, or with ``once`` for each statement (TRUNCATE knows no rows).
    """

    name: str
    timing: str
    body: str
    when: str = ""
    deferred: bool = False
    once: bool = False

    def function(self, table: str) -> str:
        """Name of the trigger function: unique in the schema."""
        return f"{table}_{self.name}"

    def create(self, table: str) -> list[str]:
        """The statements that create function and trigger on ``table``; a migration freezes their text."""
        kind = "CONSTRAINT TRIGGER" if self.deferred else "TRIGGER"
        timing = f"{self.timing} ON {table}" + (" DEFERRABLE INITIALLY DEFERRED" if self.deferred else "")
        condition = f" WHEN ({self.when})" if self.when else ""
        each = "STATEMENT" if self.once else "ROW"
        name = f"{self.function(table)}()"
        head = f"CREATE FUNCTION {name} RETURNS trigger LANGUAGE plpgsql AS"
        return [
            f"{head} $body$\n{self.body.strip()}\n$body$",
            f"CREATE {kind} {self.name} {timing} FOR EACH {each}{condition} EXECUTE FUNCTION {name}",
        ]

    def drop(self, table: str) -> list[str]:
        """The statements that take both down again."""
        return [
            f"DROP TRIGGER IF EXISTS {self.name} ON {table}",
            f"DROP FUNCTION IF EXISTS {self.function(table)}()",
        ]
