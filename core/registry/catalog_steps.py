"""The statements that make one catalog of another: what Alembic does not compare.

Alembic writes tables, columns and types. Triggers, functions, CHECKs, predicates of indexes, defaults and
generated expressions are written from the difference of two catalogs, so that nothing can change unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

Key = tuple[str, str]
"""Kind and name: ("column", "crm_sales_quote.total")."""

Catalog = Mapping[Key, str]

_GENERATED = " GENERATED ALWAYS AS ("
_COLUMN = re.compile(
    r"^(?P<type>.*?)(?P<required> NOT NULL)?(?: DEFAULT (?P<default>.*))?"
    r"(?P<identity> GENERATED .* AS IDENTITY)?$",
    re.DOTALL,
)
_CHOICES = re.compile(r"\((?P<column>\w+)\)::text = ANY \(\(?ARRAY\[(?P<values>[^\]]*)\]\)?::text\[\]\)")
"""How PostgreSQL prints ``column IN (...)`` of a text; read a second time that is printed differently."""


class Renamed(NamedTuple):
    """A thing that has another name and is otherwise what it was."""

    kind: str
    old: str
    new: str

    def statement(self) -> str:
        """The statement that gives it the new name."""
        table, _dot, new = self.new.rpartition(".")
        old = self.old.rpartition(".")[2]
        if self.kind == "constraint":
            return f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"
        if self.kind == "index":
            return f"ALTER INDEX {old} RENAME TO {new}"
        if self.kind == "trigger":
            return f"ALTER TRIGGER {old} ON {table} RENAME TO {new}"
        return f"ALTER FUNCTION {old}() RENAME TO {new}"


def renamed(found: Catalog, wanted: Catalog, words: Mapping[str, str]) -> list[Renamed]:
    """Constraints, indexes, functions and triggers that carry an old name in theirs.

    ``words``: names of tables and columns as they were, and as they are now.
    """
    steps = []
    for kind in ("constraint", "index", "function", "trigger"):
        for name in sorted(name for one, name in found.keys() - wanted.keys() if one == kind):
            table, _dot, own = name.rpartition(".")
            for new in _spellings(own, words):
                full = f"{table}.{new}" if table else new
                if (kind, full) in wanted and (kind, full) not in found:
                    steps.append(Renamed(kind, name, full))
                    break
    constraints = {step.old for step in steps if step.kind == "constraint"}
    return [step for step in steps if step.kind != "index" or step.old not in constraints]


def _spellings(name: str, words: Mapping[str, str]) -> list[str]:
    """What a name may have become: each word replaced, and all of them."""
    each = [re.sub(rf"(?<![a-z0-9]){re.escape(old)}(?![a-z0-9])", new, name) for old, new in words.items()]
    every = name
    for old, new in words.items():
        every = re.sub(rf"(?<![a-z0-9]){re.escape(old)}(?![a-z0-9])", new, every)
    return [one for one in (every, *each) if one != name]


def first(found: Catalog, wanted: Catalog) -> list[str]:
    """What goes before columns do, because it depends on them: triggers, and columns that are computed."""
    steps = triggers_first(found, wanted)
    for (kind, name), definition in sorted(found.items()):
        new = wanted.get((kind, name))
        if kind == "column" and new not in {None, definition} and _GENERATED in definition:
            table, _dot, own = name.partition(".")
            steps.append(f"ALTER TABLE {table} DROP COLUMN {own}")
    return steps


def triggers_first(found: Catalog, wanted: Catalog) -> list[str]:
    """Triggers that go or change, of tables that stay: no column goes that one of them names."""
    tables = {name.partition(".")[0] for kind, name in wanted if kind == "column"}
    return [
        f"DROP TRIGGER {name.partition('.')[2]} ON {name.partition('.')[0]}"
        for (kind, name), definition in sorted(found.items())
        if kind == "trigger" and wanted.get((kind, name)) != definition and name.partition(".")[0] in tables
    ]


def rest(found: Catalog, wanted: Catalog, written: Catalog) -> list[str]:
    """What is left when the tables and columns are there.

    ``written``: constraints and triggers as the models write them, where PostgreSQL would print them worse.
    """
    changed = {key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)}
    constraints = {name for kind, name in found.keys() | wanted.keys() if kind == "constraint"}
    gone, new = found.keys() & changed, wanted.keys() & changed

    def of(kind: str, keys: set[Key]) -> list[tuple[str, str, str]]:
        """Full name, table and own name, without the indexes that stand for a constraint."""
        names = sorted(name for one, name in keys if one == kind and (one, name) not in indexes)
        return [(name, *name.rpartition(".")[::2]) for name in names]

    indexes = {("index", name) for name in constraints}
    steps = [f"DROP TRIGGER {own} ON {table}" for _name, table, own in of("trigger", gone)]
    steps += [f"DROP FUNCTION {own}()" for _name, _none, own in of("function", gone - wanted.keys())]
    dropped = sorted(of("constraint", gone), key=lambda one: _later(found["constraint", one[0]]))
    steps += [f"ALTER TABLE {table} DROP CONSTRAINT {own}" for _name, table, own in dropped]
    steps += [f"DROP INDEX {own}" for _name, _table, own in of("index", gone)]
    for name, table, own in of("column", new):
        steps += _column(table, own, found.get(("column", name)), wanted["column", name])
    steps += [wanted["index", name] for name, _table, _own in of("index", new)]
    added = sorted(of("constraint", new), key=lambda one: not _later(wanted["constraint", one[0]]))
    for name, table, own in added:
        text = written.get(("constraint", name)) or choices(wanted["constraint", name])
        steps.append(f"ALTER TABLE {table} ADD CONSTRAINT {own} {text}")
    for name, _none, _own in of("function", new):
        word = "CREATE OR REPLACE" if ("function", name) in found else "CREATE"
        body = wanted["function", name]
        steps.append(f"{word} FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$")
    steps += [
        written.get(("trigger", name)) or wanted["trigger", name] for name, _table, _own in of("trigger", new)
    ]
    return steps


def choices(check: str) -> str:
    """A CHECK of a list of texts as one writes it: ``state IN ('draft', 'sent')``."""

    def plain(match: re.Match[str]) -> str:
        values = re.sub(r"::(character varying|text)", "", match["values"]).replace("(", "").replace(")", "")
        return f"{match['column']} IN ({values})"

    return _CHOICES.sub(plain, check)


def _later(constraint: str) -> bool:
    """A key is dropped before, and added after, what it may point to."""
    return not constraint.startswith("FOREIGN KEY")


def _column(table: str, own: str, old: str | None, new: str) -> list[str]:
    if old is None or _GENERATED in old or _GENERATED in new:
        gone = [] if old is None else [f"ALTER TABLE {table} DROP COLUMN {own}"]
        return [*gone, f"ALTER TABLE {table} ADD COLUMN {own} {new}"]
    before, after = _COLUMN.match(old), _COLUMN.match(new)
    assert before is not None  # noqa: S101 - the pattern takes any text
    assert after is not None  # noqa: S101 - the pattern takes any text
    head, steps = f"ALTER TABLE {table} ALTER COLUMN {own}", []
    if before["type"] != after["type"]:
        steps.append(f"{head} TYPE {after['type']} USING {own}::{after['type']}")
    if before["default"] != after["default"]:
        default = after["default"]
        steps.append(f"{head} DROP DEFAULT" if default is None else f"{head} SET DEFAULT {default}")
    if before["required"] != after["required"]:
        steps.append(f"{head} {'SET' if after['required'] else 'DROP'} NOT NULL")
    return steps
