"""Go through every table of the workspace's schema, those of disabled addons too, and erase a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text
from sqlalchemy.exc import DBAPIError

from core.errors import NotAllowed
from core.i18n import _
from core.orm.search import tokens
from core.security.erasure import files
from core.security.erasure.schema import belongings, tables
from core.security.erasure.traces import ERASED
from core.security.trail import trail_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, TextClause

    from core.env import Env
    from core.security.erasure.schema import Column, Table
    from core.security.erasure.traces import Traces

CHUNK: Final = 500
_FINAL: Final = ("P0001", "23001", "23514")
"""What the database answers when a row is final: raised by a trigger, restricted, against a CHECK."""


_FORGET_VALUES: Final = text(
    """
    UPDATE core_audit
       SET changes = (SELECT coalesce(jsonb_object_agg(k, NULL), '{}') FROM jsonb_object_keys(changes) k)
     WHERE id = ANY(:owned)
    """
).bindparams(bindparam("owned", type_=ARRAY(BigInteger)))


_FORGET_FIELDS: Final = text(
    """
    UPDATE core_audit
       SET changes = (SELECT jsonb_object_agg(k, CASE WHEN k = ANY(:fields) THEN NULL ELSE v END)
                        FROM jsonb_each(changes) AS e (k, v))
     WHERE model = :model AND record_id = :record AND changes ?| :fields
    """
).bindparams(bindparam("fields", type_=ARRAY(Text)))


class Kept(Protocol):
    """Says which rows of a table the law keeps as they are."""

    def __call__(self, table: str, ids: Sequence[int], /) -> set[int]: ...


@dataclass(slots=True)
class Erased:
    """What a sweep did: table -> number of rows."""

    changed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    kept: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Rows that name the person and stay: copies the law keeps."""
    files: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Files of somebody else whose content names the person; nobody changes those by machine."""


@dataclass(frozen=True, slots=True)
class _Sweep:
    connection: Connection
    everywhere: Traces
    own: Traces
    owned: Mapping[str, frozenset[int]]
    spare: Mapping[str, frozenset[str]]
    kept: Kept
    result: Erased


def erase(
    env: Env,
    *,
    everywhere: Traces,
    own: Traces,
    roots: Mapping[str, Iterable[int]],
    spare: Mapping[str, Iterable[str]] | None = None,
    kept: Kept | None = None,
    audits: Callable[[], Iterable[int]] = tuple,
) -> Erased:
    """Replace what recognises a person in every text, list, JSON document and search column.

    ``everywhere`` holds on every row; ``own``, usually more, on rows that belong to the ``roots`` (table ->
    ids): by a reference, or by naming the record. ``spare``: columns (all with "*") of rows that belong to
    somebody else and are never touched, because they are that person's or company's own name. Rows that
    ``kept`` names lose their search tokens only. ``audits`` gives audit entries that lose all their
    values. What the caller itself has blanked in this transaction, since it called ``settle_audit``, loses
    its history in the audit trail too. Works in the transaction of an elevated Env.
    """
    if not env.reason:  # a user's own Env has none
        raise NotAllowed(_("Only the platform itself erases."), hint=_("Anonymise the person instead."))
    connection = env.scope.connection
    env.session.flush()
    blanked = [e for e in trail_of(connection).entries if e.record_id is not None and e.changes]
    settle_audit(env)
    connection.execute(text("SELECT set_config('passerelle.erasing', 'on', true)"))
    connection.execute(_FORGET_VALUES, {"owned": sorted(audits())})
    for entry in blanked:
        values = {"model": entry.model, "record": entry.record_id, "fields": list(entry.changes)}
        connection.execute(_FORGET_FIELDS, values)
    found = tables(connection)
    sweep = _Sweep(
        connection,
        everywhere,
        own,
        belongings(connection, found, {name: frozenset(ids) for name, ids in roots.items()}),
        {name: frozenset(columns) for name, columns in (spare or {}).items()},
        kept or (lambda _table, _ids: set()),
        Erased(),
    )
    for table in found.values():
        _sweep_table(sweep, table)
    connection.execute(text("SELECT set_config('passerelle.erasing', 'off', true)"))
    env.session.expire_all()
    return sweep.result


def settle_audit(env: Env) -> None:
    """Write the audit entries of this transaction now, not just before it commits: they are data as well."""
    env.session.flush()
    trail_of(env.scope.connection).write(env.scope.connection)


def _sweep_table(sweep: _Sweep, table: Table) -> None:
    owned = sweep.owned.get(table.name, frozenset())
    for rows in _candidates(sweep, table, owned):
        legal = sweep.kept(table.name, [row["id"] for row in rows])
        for row in rows:
            mine = row["id"] in owned
            traces = sweep.own if mine else sweep.everywhere
            columns = table.texts if mine else _not_spared(sweep, table)
            if row["id"] in legal:
                if _changes(traces, columns, row):
                    sweep.result.kept[table.name] += 1
                _write(sweep, table, row["id"], _unsearched(traces, table, row, row))
                continue
            _erase_row(sweep, table, row, [(traces, columns), (sweep.everywhere, columns)])
    for column in table.files:
        dropped, left = files.forget(sweep.connection, table, column, sweep.everywhere, owned)
        for result, number in ((sweep.result.changed, dropped), (sweep.result.files, left)):
            if number:
                result[table.name] += number


def _erase_row(
    sweep: _Sweep, table: Table, row: Mapping[str, Any], tries: list[tuple[Traces, Sequence[Column]]]
) -> None:
    """A word of a name may be a word of a choice as well; then the row loses the whole name only."""
    for traces, columns in tries:
        values = _changes(traces, columns, row)
        if "search_tokens" not in sweep.spare.get(table.name, ()) or traces is sweep.own:
            values |= _unsearched(traces, table, row, {**row, **values})
        if _write(sweep, table, row["id"], values):
            sweep.result.changed[table.name] += bool(values)
            return
    sweep.result.kept[table.name] += 1


def _not_spared(sweep: _Sweep, table: Table) -> Sequence[Column]:
    spared = sweep.spare.get(table.name, frozenset())
    if "*" in spared:
        return ()
    return [column for column in table.texts if column.name not in spared]


def _candidates(sweep: _Sweep, table: Table, owned: frozenset[int]) -> Iterator[list[dict[str, Any]]]:
    """The rows to look at, in pieces: those that belong to the person, those that match."""
    if not table.texts and not table.searched:
        return
    wanted = ["id = ANY(:owned)"]
    parameters: dict[str, Any] = {"owned": sorted(owned)}
    texts = _not_spared(sweep, table)
    if texts and (pattern := sweep.everywhere.candidates):
        joined = ", ".join(column.as_text for column in texts)
        wanted.append(f"concat_ws(' ', {joined}) ~ :pattern")
        parameters["pattern"] = pattern
    if table.searched and "*" not in sweep.spare.get(table.name, ()):
        queries = _searches(sweep.everywhere)
        if queries:
            wanted.append("search_tokens @@ cast(:searched AS tsquery)")
            parameters["searched"] = queries
    columns = ["id", *(f"{column.selected} AS {column.quoted}" for column in table.texts)]
    if table.searched:
        columns.append("tsvector_to_array(search_tokens) AS search_tokens")
    statement = _statement(
        f"SELECT {', '.join(columns)} FROM {table.quoted} WHERE ({' OR '.join(wanted)}) AND id > :after "  # noqa: S608 - names from the catalog, quoted; values are bound
        "ORDER BY id LIMIT :most",
    )
    after = 0
    while True:
        rows = sweep.connection.execute(statement, parameters | {"after": after, "most": CHUNK}).mappings()
        found = [dict(row) for row in rows]
        if found:
            yield found
            after = found[-1]["id"]
        if len(found) < CHUNK:
            return


def _searches(traces: Traces) -> str:
    """A tsquery for the whole names, the addresses and the numbers."""
    wholes = [tokens(name) for name in sorted(traces.names)]
    wholes += [[email] for email in sorted(traces.emails)]
    wholes += [[prefix + phone] for phone in sorted(traces.phones) for prefix in ("", "0", "33")]
    quoted = [[token.replace("\\", "\\\\").replace("'", "''") for token in whole] for whole in wholes]
    return " | ".join("(" + " & ".join(f"'{token}'" for token in whole) + ")" for whole in quoted if whole)


def _changes(traces: Traces, columns: Iterable[Column], row: Mapping[str, Any]) -> dict[str, Any]:
    """Column -> new value, of those that name the person."""
    changed: dict[str, Any] = {}
    for column in columns:
        before = row[column.name]
        if before is None:
            continue
        after: Any
        if column.kind == "json":
            after = traces.replaced_in_json(before)
        elif column.kind == "list":
            after = [item if item is None else traces.replaced(item) for item in before]
        else:
            after = traces.replaced(before)
            if after == ERASED and column.nullable:
                after = None
        if after != before:
            changed[column.name] = after
    return changed


def _unsearched(
    traces: Traces, table: Table, before: Mapping[str, Any], row: Mapping[str, Any]
) -> dict[str, Any]:
    """The search column, when it leads to the person or the row's texts changed."""
    if not table.searched or not before["search_tokens"]:
        return {}
    found = before["search_tokens"]
    legal = before is row
    changed = any(row[column.name] != before[column.name] for column in table.texts)
    if not (changed or traces.has_tokens_of(found)):
        return {}
    own = [] if legal else tokens(*(row[c.name] for c in table.texts if c.kind == "text"))
    kept = traces.without_tokens(found, own)
    return {} if kept == sorted(found) else {"search_tokens": kept}


def _write(sweep: _Sweep, table: Table, row_id: int, values: Mapping[str, Any]) -> bool:
    """Change one row; False when the database holds it to be final."""
    if not values:
        return True
    kinds = {column.name: column for column in table.texts}
    parts = []
    for name in values:
        if name == "search_tokens":
            parts.append("search_tokens = array_to_tsvector(cast(:search_tokens AS text[]))")
        else:
            parts.append(f"{kinds[name].quoted} = cast(:{name} AS {kinds[name].type})")
    if table.versioned:
        parts.append("version = version + 1")
    statement = text(
        f"UPDATE {table.quoted} SET {', '.join(parts)} WHERE id = :row_id"  # noqa: S608 - names from the catalog, quoted; values are bound
    )
    try:
        with sweep.connection.begin_nested():
            sweep.connection.execute(statement, dict(values) | {"row_id": row_id})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") not in _FINAL:
            raise
        return False
    return True


def _statement(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("owned", type_=ARRAY(BigInteger)))


__all__ = ["Erased", "Kept", "erase", "settle_audit"]
