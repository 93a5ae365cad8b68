"""Editable lines: drawn as a table, read back from a form, with their totals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import set_committed_value

from core.i18n import formats
from core.i18n.text import _
from core.reports.headings import NOTE, SECTION, heading_of, section_sums
from core.views.access import may, readable
from core.views.declare import Field as FieldSpec
from core.views.documents import has_open_lines
from core.views.fields import field_of
from core.views.inputs import Input, comparable, make_input, posted, read_input
from core.views.saving import answer, fresh, is_writable, line_specs, picker_of, put
from core.views.values import Unclear, currency_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.declare import Field, Lines
    from core.views.fields import FieldMeta

SHAPE = "__n__"
"""Stands for the number of a row in the shape that the page copies for a new one."""


WIDTHS = {
    "quantity": "w-qty",
    "integer": "w-qty",
    "rate": "w-qty",
    "number": "w-qty",
    "price": "w-price",
    "money": "w-sum",
}


@dataclass
class LineRow:
    """One row: its key in the form ("12" of an existing line, "n5" of a new one) and its cells."""

    key: str
    name: str
    cells: list[Input]
    position: int = 0
    existing: bool = False
    error: str = ""
    kind: str = ""
    """"section" or "note": one text over all columns; "" for a line with cells of its own."""
    subtotal: str = ""
    """Of a section: what the lines after it add up to."""


@dataclass
class TotalRow:
    """One figure under the table."""

    label: str
    amount: str
    note: str = ""
    final: bool = False


@dataclass
class LinesView:
    """The table of a document's lines."""

    path: str
    label: str
    heads: list[tuple[str, bool, str]]
    """Label, right aligned, class of its width."""
    rows: list[LineRow]
    shapes: dict[str, LineRow]
    """What a new row looks like: of a line ("") and, where there are such, of a section and of a note."""
    amount_at: int
    """The column that sections sum; the number of columns where none does."""
    totals: list[TotalRow]
    readonly: bool
    picker: str = ""
    under: str = ""
    """The text that stands under what was picked, in the same column; empty when it has one of its own."""
    picker_label: str = ""
    options_url: str = ""
    movable: bool = False
    fixed: bool = False
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class TypedLines:
    """What a form said of the lines: the rows in order, and what was wrong."""

    rows: list[tuple[str, Any, dict[str, list[str]]]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    """Name of an input -> sentence."""


def columns_for(env: Env, spec: Lines, target: type[Any]) -> list[tuple[Field, FieldMeta]]:
    """The columns the company uses and the person may read."""
    pairs = [(column, field_of(target, column.path, kind=column.kind)) for column in line_specs(spec)]
    return [(c, meta) for c, meta in pairs if readable(env, meta) and (c.used is None or c.used(env))]


def lines_view(
    env: Env,
    views: ModelViews,
    record: Any,
    spec: Lines,
    *,
    locked: bool = False,
    typed: TypedLines | None = None,
) -> LinesView:
    """Draw the lines of a record; ``typed`` keeps what could not be read where it was typed."""
    meta = field_of(views.model, spec.path)
    target: Any = meta.target
    locked = locked or bool(answer(spec.readonly, record)) or not may(env, "update", views.model)
    locked = locked or not has_open_lines(env, record)
    sample = None if spec.fixed else sample_line(env, record, meta)
    columns = [
        (c, m) for c, m in columns_for(env, spec, target) if sample is None or answer(c.visible, sample)
    ]
    has_position = spec.position in inspect(target).column_attrs
    picker = picker_of(spec, target)
    rows = []
    kept = {id(line): (key, raw) for key, line, raw in (typed.rows if typed else [])}
    lines = [line for line in getattr(record, spec.path) if line is not None]
    for number, line in enumerate(lines, 1):
        key, raw = kept.get(id(line), (str(line.id) if line.id else f"n{number}", {}))
        rows.append(_row(env, spec, columns, line, key, number, locked, raw, typed.errors if typed else {}))
    shapes = {} if locked or sample is None else _shapes(env, spec, columns, sample)
    under = _under(spec, picker, columns)
    shown = [(column, m) for column, m in columns if column.path != under]
    paths = [column.path for column, _meta in shown]
    summed = bool(spec.kind) and spec.amount in paths
    if summed:
        currency = currency_of(env, record)
        for row, total in zip(rows, section_sums(lines, kind=spec.kind, amount=spec.amount), strict=True):
            row.subtotal = formats.format_money(total, currency) if total is not None else ""
    return LinesView(
        path=spec.path,
        label=str(meta.label),
        heads=[(str(column.label or m.label), m.numeric, WIDTHS.get(m.kind, "")) for column, m in shown],
        rows=rows,
        shapes=shapes,
        amount_at=paths.index(spec.amount) if summed else len(paths),
        totals=totals_of(env, spec, record),
        readonly=locked,
        picker=picker,
        under=under,
        picker_label=str(field_of(target, picker).label) if picker else "",
        options_url=f"/app/{views.name.replace('.', '/')}/options/{spec.path}.{picker}" if picker else "",
        movable=has_position and not locked and not spec.fixed,
        fixed=spec.fixed,
        errors=typed.errors if typed else {},
    )


def _under(spec: Lines, picker: str, columns: list[tuple[Field, FieldMeta]]) -> str:
    """A description right after the product says more about it: it stands in the same cell."""
    paths = [column.path for column, _meta in columns]
    beside = picker in paths and paths[paths.index(picker) + 1 :][:1] == [spec.text]
    return spec.text if beside else ""


def sample_line(env: Env, record: Any, meta: FieldMeta) -> Any:
    """A line that knows its document without being one of its lines: for the shape of a new row."""
    target: Any = meta.target
    line = fresh(env, target)
    back = inspect(type(record)).relationships[meta.name].back_populates
    if back:
        set_committed_value(line, back, record)
    return line


def _row(
    env: Env,
    spec: Lines,
    columns: list[tuple[Field, FieldMeta]],
    line: Any,
    key: str,
    number: int,
    locked: bool,
    raw: Mapping[str, list[str]],
    errors: Mapping[str, str],
) -> LineRow:
    heading = heading_of(line, spec.kind)
    if heading:
        columns = [_text_of(spec, type(line), columns)]
    cells = []
    for column, meta in columns:
        name = f"{spec.path}.{key}.{column.path}"
        error = errors.get(name, "")
        kept = raw[column.path][-1] if error and raw.get(column.path) else None
        cells.append(
            make_input(env, meta, column, line, name=name, prefix="l", locked=locked, typed=kept, error=error)
        )
    first = next((cell.text for cell in cells if cell.text), "")
    row = LineRow(key, first or str(number), cells, number, getattr(line, "id", None) is not None)
    if heading:
        row.kind = heading
        row.cells[0].placeholder = str(_("Title of the section") if heading == SECTION else _("Note"))
    return row


def _text_of(
    spec: Lines, target: type[Any], columns: list[tuple[Field, FieldMeta]]
) -> tuple[Field, FieldMeta]:
    """The one field of a section or note."""
    found = next((pair for pair in columns if pair[0].path == spec.text), None)
    if found is not None:
        return replace(found[0], required=False), found[1]
    return FieldSpec(spec.text, required=False), field_of(target, spec.text)


def _shapes(env: Env, spec: Lines, columns: list[tuple[Field, FieldMeta]], sample: Any) -> dict[str, LineRow]:
    shapes = {"": _row(env, spec, columns, sample, SHAPE, 0, False, {}, {})}
    if spec.kind:
        usual = getattr(sample, spec.kind)
        for kind in (SECTION, NOTE):
            set_committed_value(sample, spec.kind, _member(type(sample), spec.kind, kind))
            shapes[kind] = _row(env, spec, columns, sample, SHAPE, 0, False, {}, {})
        set_committed_value(sample, spec.kind, usual)
    return shapes


def _member(target: type[Any], kind: str, value: str) -> Any:
    choices: Any = field_of(target, kind).choices
    return choices(value)


def totals_of(env: Env, spec: Lines, record: Any) -> list[TotalRow]:
    """The figures under the table, written with the document's currency."""
    if spec.totals is None:
        return []
    currency = currency_of(env, record)
    return [
        TotalRow(str(t.label), formats.format_money(t.amount, currency), str(t.note), t.final)
        for t in spec.totals(env, record)
    ]


def read_lines(
    env: Env, record: Any, spec: Lines, form: Mapping[str, list[str]], *, keep: bool = False
) -> TypedLines:
    """Bring the lines of a record to what a form says: changed, added, removed, in its order. Writes nothing.

    Only differences are set, so that a line nobody touched stays as it is. ``keep``: they are about to be
    stored, so that a section or note without text is an error.
    """
    target: Any = field_of(type(record), spec.path).target
    columns = [(c, m) for c, m in columns_for(env, spec, target)]
    rows = _rows_of(form, spec.path)
    known = {str(line.id): line for line in getattr(record, spec.path) if line.id}
    found = TypedLines()
    ordered = sorted(rows.items(), key=lambda pair: _position(pair[1]))
    for key, raw in ordered:
        line = known.get(key)
        if spec.fixed:
            raw = {name: value for name, value in raw.items() if name != "delete"}
        if raw.get("delete", [""])[-1] == "1" or (line is None and (spec.fixed or not key.startswith("n"))):
            continue
        if line is None:
            line = _new_line(env, record, spec, target, raw)
        before, number = dict(found.errors), len(found.rows) + 1
        if heading_of(line, spec.kind):
            _read_row(env, spec, [_text_of(spec, target, columns)], line, key, raw, found)
            if keep and not (getattr(line, spec.text) or "").strip():
                found.errors[f"{spec.path}.{key}.{spec.text}"] = str(_("Write a text, or remove the line."))
        else:
            _read_row(env, spec, columns, line, key, raw, found)
        if spec.position in inspect(target).column_attrs and getattr(line, spec.position) != number:
            setattr(line, spec.position, number)
        if spec.changed is not None and found.errors == before:
            spec.changed(env, record, line)
        found.rows.append((key, line, raw))
    kept = {id(line) for _key, line, _raw in found.rows}
    collection = getattr(record, spec.path)
    for line in list(collection):
        if id(line) not in kept and (line.id is None or str(line.id) in rows):
            collection.remove(line)
    if [id(line) for line in collection] != [id(line) for _key, line, _raw in found.rows]:
        rest = [line for line in collection if id(line) not in kept]
        collection[:] = [line for _key, line, _raw in found.rows] + rest
    return found


def _rows_of(form: Mapping[str, list[str]], path: str) -> dict[str, dict[str, list[str]]]:
    rows: dict[str, dict[str, list[str]]] = {}
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


def _new_line(env: Env, record: Any, spec: Lines, target: Any, raw: Mapping[str, list[str]]) -> Any:
    line = fresh(env, target)
    getattr(record, spec.path).append(line)
    heading = raw.get("kind", [""])[-1]
    if spec.kind and heading in {SECTION, NOTE}:
        setattr(line, spec.kind, _member(target, spec.kind, heading))
        for _column, meta in columns_for(env, spec, target):
            if meta.numeric and meta.stored:
                setattr(line, meta.name, Decimal(0))
        return line
    picker = picker_of(spec, target)
    chosen = raw.get(picker, [""])[-1] if picker else ""
    if chosen.isdigit():
        meta = field_of(target, picker)
        linked = env.session.get(meta.target, int(chosen)) if meta.target else None
        if linked is not None:
            put(env, line, meta, linked)
            if spec.picked is not None and raw.get("picked", [""])[-1] == "":
                spec.picked(env, record, line)
    return line


def _read_row(
    env: Env,
    spec: Lines,
    columns: list[tuple[Field, FieldMeta]],
    line: Any,
    key: str,
    raw: Mapping[str, list[str]],
    found: TypedLines,
) -> None:
    just_picked = line.id is None and raw.get("picked", [""])[-1] == ""
    empty = fresh(env, type(line)) if just_picked else line
    begun = {column.path: comparable(env, meta, empty) for column, meta in columns} if just_picked else {}
    for column, meta in columns:
        name = f"{spec.path}.{key}.{column.path}"
        if column.path not in raw and meta.kind not in {"bool", "tags"}:
            continue
        if not is_writable(env, meta, column, line):
            continue
        typed = raw.get(column.path, [])
        if just_picked and (not any(typed) or posted({name: typed}, meta, name) == begun[column.path]):
            continue  # what the picker filled in is not overwritten by what an empty row begins with
        if line.id is not None and posted({name: typed}, meta, name) == comparable(env, meta, line):
            continue
        try:
            put(env, line, meta, read_input(env, meta, column, line, typed))
        except Unclear as error:
            found.errors[name] = str(error)
