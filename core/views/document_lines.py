"""New lines of a document by the rules of its form: what a person picks in the last row, and what a program
sends."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core.errors import Invalid
from core.i18n.text import _
from core.reports.headings import NOTE, SECTION
from core.views.access import readable
from core.views.fields import field_of
from core.views.saving import (
    answer,
    fresh,
    is_blank,
    is_required,
    is_writable,
    line_specs,
    picker_of,
    put,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.env import Env
    from core.views.declare import Field, Lines
    from core.views.fields import FieldMeta

HEADINGS = frozenset({SECTION, NOTE})
Problems = dict[str, str]
"""Path of a field -> sentence."""


def columns_for(env: Env, spec: Lines, target: type[Any]) -> list[tuple[Field, FieldMeta]]:
    """The columns the company uses and the person may read."""
    pairs = [(column, field_of(target, column.path, kind=column.kind)) for column in line_specs(spec)]
    return [(c, meta) for c, meta in pairs if readable(env, meta) and (c.used is None or c.used(env))]


def begin_line(env: Env, record: Any, spec: Lines, *, heading: str = "", chosen: Any = None) -> Any:
    """Append a new line: a section or note, or one of what was chosen with all that ``picked`` fills in, also
    what no column shows."""
    target: Any = field_of(type(record), spec.path).target
    line = fresh(env, target)
    getattr(record, spec.path).append(line)
    if spec.kind and heading in HEADINGS:
        setattr(line, spec.kind, choice_of(target, spec.kind, heading))
        for _column, meta in columns_for(env, spec, target):
            if meta.numeric and meta.stored:
                setattr(line, meta.name, Decimal(0))
    elif chosen is not None:
        put(env, line, field_of(target, picker_of(spec, target)), chosen)
        if spec.picked is not None:
            spec.picked(env, record, line)
            _follow_ids(env, line)
    return line


def _follow_ids(env: Env, line: Any) -> None:
    """A service that set the id of a linked record alone means the record: inputs show it."""
    mapper = inspect(type(line))
    for relation in mapper.relationships:
        if relation.uselist or relation.viewonly or getattr(line, relation.key) is not None:
            continue
        key = mapper.get_property_by_column(next(iter(relation.local_columns))).key
        number = getattr(line, key)
        if number is not None:
            setattr(line, relation.key, env.session.get(relation.mapper.class_, number))


def choice_of(target: type[Any], path: str, value: str) -> Any:
    """The member of a choice column that has a value."""
    choices: Any = field_of(target, path).choices
    return choices(value)


def add_lines(env: Env, record: Any, spec: Lines, rows: Sequence[Mapping[str, Any]]) -> Problems:
    """Append lines with their values, in the order of their positions; give what is wrong with them, by
    ``lines[0].quantity``."""
    if rows and (spec.fixed or answer(spec.readonly, record)):
        return {spec.path: _("These lines follow from the rest of the document: leave them out.")}
    found: Problems = {}
    ordered = sorted(enumerate(rows), key=lambda pair: (pair[1].get(spec.position) or 0, pair[0]))
    for position, (number, row) in enumerate(ordered, 1):
        values = {path: value for path, value in row.items() if path != spec.position}
        problems = _add_line(env, record, spec, values, position)
        found |= {f"{spec.path}[{number}].{path}": text for path, text in problems.items()}
    return found


def _add_line(env: Env, record: Any, spec: Lines, row: dict[str, Any], position: int) -> Problems:
    """One line: ``picked`` fills in what was not given, ``changed`` what follows from it."""
    target: Any = field_of(type(record), spec.path).target
    heading = str(getattr(row.get(spec.kind), "value", "")) if spec.kind else ""
    heading = heading if heading in HEADINGS else ""
    picker = picker_of(spec, target)
    try:
        line = begin_line(env, record, spec, heading=heading, chosen=None if heading else row.get(picker))
    except Invalid as error:
        return dict(error.fields)
    if spec.position in inspect(target).column_attrs:
        setattr(line, spec.position, position)
    row.pop(spec.kind, None)
    columns = {column.path: (column, meta) for column, meta in columns_for(env, spec, target)}
    if heading:
        problems = _put_text(line, spec, row)
    else:
        row.pop(picker, None)
        problems = _put_cells(env, line, columns, row)
    if spec.changed is not None and not problems:
        spec.changed(env, record, line)
    if not heading:
        problems |= _missing(env, columns, line, problems)
    return problems


def _put_text(line: Any, spec: Lines, row: Mapping[str, Any]) -> Problems:
    """A section or note is one text."""
    problems: Problems = {
        path: _("A section or note has a text alone: leave this out.") for path in row if path != spec.text
    }
    setattr(line, spec.text, row.get(spec.text) or "")
    if not str(row.get(spec.text) or "").strip():
        problems[spec.text] = _("Write a text, or remove the line.")
    return problems


def _put_cells(
    env: Env, line: Any, columns: Mapping[str, tuple[Field, FieldMeta]], row: Mapping[str, Any]
) -> Problems:
    problems: Problems = {}
    for path, value in row.items():
        known = columns.get(path)
        if known is None or not is_writable(env, known[1], known[0], line):
            problems[path] = _("This cannot be edited.")
            continue
        try:
            put(env, line, known[1], value)
        except Invalid as error:
            problems |= error.fields
    return problems


def _missing(
    env: Env, columns: Mapping[str, tuple[Field, FieldMeta]], line: Any, known: Mapping[str, str]
) -> Problems:
    return {
        path: _("Fill this in.") if meta.kind != "relation" else _("Choose one.")
        for path, (column, meta) in columns.items()
        if path not in known
        and is_writable(env, meta, column, line)
        and answer(column.visible, line)
        and is_required(meta, column, line)
        and is_blank(line, meta)
    }
