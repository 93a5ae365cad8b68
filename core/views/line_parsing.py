"""Editable lines read back from a form and merged with what somebody else wrote meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core import uploads
from core.i18n.text import _
from core.reports.headings import heading_of
from core.views.conflicts import cell_conflict, removal_conflict, restore_conflict
from core.views.document_lines import begin_line, columns_for
from core.views.fields import field_of
from core.views.inputs import comparable, posted, read_input
from core.views.lineviews import (
    SHAPE,
    TypedLines,
    TypedRow,
    held_by,
    text_column,
)
from core.views.saving import fresh, is_writable, picker_of, put
from core.views.values import Unclear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.env import Env
    from core.views.declare import Field, Lines
    from core.views.fields import FieldMeta

    Columns = list[tuple[Field, FieldMeta]]
    Raw = dict[str, list[str]]


def read_lines(
    env: Env,
    record: Any,
    spec: Lines,
    form: Mapping[str, list[str]],
    *,
    keep: bool = False,
    made: Mapping[str, int] | None = None,
) -> TypedLines:
    """Bring the lines of a record to what a form says: changed, added, removed, in its order. Writes nothing.

    Only what the person changed since the page was drawn is set: other cells and rows stay as they are, also
    where somebody else wrote meanwhile. ``keep``: they are about to be stored, so that a section or note
    without text is an error, and what both wrote is a conflict instead of set. ``made``: lines that an
    earlier sending of this form stored, by the key of their row.
    """
    target: Any = field_of(type(record), spec.path).target
    columns = columns_for(env, spec, target)
    known = {line.id: line for line in getattr(record, spec.path) if line.id}
    found = TypedLines()
    drawn = _texts(form.get("was"))
    for key, raw in sorted(_rows_of(form, spec.path).items(), key=lambda pair: _position(pair[1])):
        number = _number(key, raw, made or {})
        line = known.get(number) if number else None
        was = drawn | _texts(raw.get("was"))
        cells = columns if line is None or not heading_of(line, spec.kind) else [
            text_column(spec, target, columns)
        ]  # fmt: skip
        if raw.get("delete", [""])[-1] == "1" and not spec.fixed:
            asked = removal_conflict(env, spec, cells, key, line, was) if keep and line is not None else None
            if asked is not None:
                found.conflicts.append(asked)
            elif line is not None:
                found.removed.append(TypedRow(key, line, raw, was))
            continue
        if line is None:
            if raw.get("lost"):
                if raw.get("again", [""])[-1] != "1":
                    continue  # it was chosen to stay removed
            elif number is not None:
                if keep and (lost := restore_conflict(env, record, spec, columns, key, number, raw, was)):
                    found.conflicts.append(lost)
                continue
            if spec.fixed or not key.startswith("n"):
                continue
            line = _new_line(env, record, spec, target, raw)
        _read_line(env, record, spec, columns, TypedRow(key, line, raw, was), found, keep=keep)
    _arrange(record, spec, found)
    return found


def _texts(values: Sequence[str] | None) -> dict[str, str]:
    """What inputs held when they were drawn, as the page sends it along."""
    try:
        found = uploads.read_json(values[-1]) if values else {}
    except uploads.Damaged:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _rows_of(form: Mapping[str, list[str]], path: str) -> dict[str, Raw]:
    rows: dict[str, Raw] = {}
    for name, values in form.items():
        head, dot, rest = name.partition(".")
        if head == path and dot:
            key, _dot, column = rest.partition(".")
            if key != SHAPE:
                rows.setdefault(key, {})[column] = values
    return rows


def _position(raw: Mapping[str, list[str]]) -> int:
    text = raw.get("position", [""])[-1]
    return int(text) if text.isdigit() else 1_000_000


def _number(key: str, raw: Mapping[str, list[str]], made: Mapping[str, int]) -> int | None:
    """The id of the stored line that a row is about; None for a new one."""
    text = raw.get("id", [key])[-1]
    return int(text) if text.isdigit() and len(text) < 19 else made.get(key)


def _new_line(env: Env, record: Any, spec: Lines, target: Any, raw: Mapping[str, list[str]]) -> Any:
    picker = picker_of(spec, target)
    number = raw.get(picker, [""])[-1] if picker else ""
    meta = field_of(target, picker) if number.isdigit() else None
    return begin_line(
        env,
        record,
        spec,
        heading=raw.get("kind", [""])[-1],
        chosen=env.session.get(meta.target, int(number)) if meta is not None and meta.target else None,
    )


def _read_line(
    env: Env, record: Any, spec: Lines, columns: Columns, row: TypedRow, found: TypedLines, *, keep: bool
) -> None:
    """Put one row on its line and note what it says."""
    line, before = row.line, dict(found.errors)
    heading = heading_of(line, spec.kind)
    if heading:
        columns = [text_column(spec, type(line), columns)]
    row.was = _read_cells(env, spec, columns, row, found, keep=keep)
    if heading and keep and not (getattr(line, spec.text) or "").strip():
        found.errors[f"{spec.path}.{row.key}.{spec.text}"] = str(_("Write a text, or remove the line."))
    if spec.changed is not None and found.errors == before:
        spec.changed(env, record, line)
    found.rows.append(row)


def _read_cells(
    env: Env, spec: Lines, columns: Columns, row: TypedRow, found: TypedLines, *, keep: bool
) -> dict[str, str]:
    """Set what was typed into the cells; gives what they held when that was typed, to be drawn again."""
    line, raw = row.line, row.raw
    just_picked = line.id is None and raw.get("picked", [""])[-1] == ""
    empty = fresh(env, type(line)) if just_picked else line
    begun = {column.path: comparable(env, meta, empty) for column, meta in columns} if just_picked else {}
    held = held_by(env, spec, columns, row.key, line, 0) if line.id is not None else {}
    place = f"{spec.path}.{row.key}.position"
    if held:
        held[place] = row.was.get(place, raw.get("position", ["0"])[-1])
    for column, meta in columns:
        name = f"{spec.path}.{row.key}.{column.path}"
        if column.path not in raw and (meta.kind not in {"bool", "tags"} or "position" not in raw):
            continue
        if not is_writable(env, meta, column, line):
            continue
        typed = raw.get(column.path, [])
        if just_picked and (not any(typed) or posted({name: typed}, meta, name) == begun[column.path]):
            continue  # what the picker filled in is not overwritten by what an empty row begins with
        before, now = row.was.get(name), held.get(name)
        if line.id is not None and posted({name: typed}, meta, name) in (now, before):
            continue
        if before is not None:
            held[name] = before
        try:
            value = read_input(env, meta, column, line, typed)
        except Unclear as error:
            found.errors[name] = str(error)
            continue
        if keep and before is not None and now is not None and now != before:
            if value != meta.of(line):
                found.conflicts.append(cell_conflict(env, meta, line, value, typed, now, name))
                found.unsaved.add(name)
            continue
        put(env, line, meta, value)
    return held


def _arrange(record: Any, spec: Lines, found: TypedLines) -> None:
    """Bring the collection into its order: that of the form where rows were moved, otherwise as it stands.

    New rows follow the row they were added after; rows that the form does not know stay where they are.
    """
    collection = getattr(record, spec.path)
    read = {id(row.line) for row in found.rows}
    removed = [row.line for row in found.removed]
    for line in list(collection):
        if line in removed or (line.id is None and id(line) not in read):
            collection.remove(line)
    stored = [line for line in collection if line.id is not None]
    placed = [row for row in found.rows if "position" in row.raw]
    asked = [row.line for row in placed]
    order = _after(asked, stored) if _moved(spec, placed, stored) else _after(stored, asked)
    order += [line for line in collection if line not in order]
    if [id(line) for line in collection] != [id(line) for line in order]:
        collection[:] = order
    if spec.position in inspect(field_of(type(record), spec.path).target).column_attrs:
        first = min((getattr(line, spec.position) for line in stored), default=1)
        for number, line in enumerate(order, min(first, 1)):  # a program may have counted from zero
            if getattr(line, spec.position) != number:
                setattr(line, spec.position, number)


def _moved(spec: Lines, placed: Sequence[TypedRow], stored: Sequence[Any]) -> bool:
    """Whether a person moved rows: their order is another than when they were drawn."""
    rows = [row for row in placed if row.line.id is not None]
    drawn = [row.was.get(f"{spec.path}.{row.key}.position", "") for row in rows]
    if all(place.isdigit() for place in drawn):
        places = [int(place) for place in drawn]
        return places != sorted(places)
    there = {id(row.line) for row in rows}
    return [id(row.line) for row in rows] != [id(line) for line in stored if id(line) in there]


def _after(first: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """A list with each of the others put in behind the one it follows among themselves."""
    order, before = list(first), None
    alone = not any(line in order for line in others)
    for line in others:
        if line not in order:
            at = order.index(before) + 1 if before is not None else len(order) if alone else 0
            order.insert(at, line)
        before = line
    return order
