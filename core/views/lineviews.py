"""Editable lines drawn as a table, with their totals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import set_committed_value

from core.i18n import formats
from core.i18n.text import _
from core.reports.headings import NOTE, SECTION, heading_of, section_sums
from core.views.access import may
from core.views.declare import Field as FieldSpec
from core.views.document_lines import choice_of, columns_for
from core.views.documents import free_cells, has_open_lines
from core.views.fields import field_of
from core.views.inputs import Input, comparable, make_input
from core.views.saving import answer, fresh, is_writable, line_specs, picker_of
from core.views.values import currency_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.declare import Field, Lines
    from core.views.fields import FieldMeta
    from core.views.formparts import Conflict

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
    line_id: int | None = None
    """Of a stored line whose key is another, because the page made it; otherwise the key says it."""
    was: str = "{}"
    """What the cells held when they were drawn (JSON, name of the input -> text): sent along, so that what
    somebody else writes meanwhile is merged or asked about."""
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
    removed: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of the inputs that say, when the lines are saved, which rows were taken out."""


@dataclass
class TypedRow:
    """One row of a form: its key, its line, what was typed, and what its cells held when that was drawn."""

    key: str
    line: Any
    raw: Mapping[str, list[str]]
    was: Mapping[str, str]


@dataclass
class TypedLines:
    """What a form said of the lines: the rows in order, what was wrong, and what somebody else wrote too."""

    rows: list[TypedRow] = field(default_factory=list)
    removed: list[TypedRow] = field(default_factory=list)
    """Stored rows that are gone once the lines are saved."""
    errors: dict[str, str] = field(default_factory=dict)
    """Name of an input -> sentence."""
    conflicts: list[Conflict] = field(default_factory=list)
    unsaved: set[str] = field(default_factory=set)
    """Inputs whose typed text was not put on its line, because somebody else wrote there."""

    def saved(self) -> None:
        """The rows are stored: from now on they are drawn as they are."""
        self.rows = [replace(row, raw={}, was={}) for row in self.rows]
        self.removed.clear()
        self.unsaved.clear()


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
    open_lines = editable_lines(env, record, spec)
    locked, spec = locked or open_lines is None, open_lines or spec
    sample = None if spec.fixed else sample_line(env, record, meta)
    columns = [
        (c, m) for c, m in columns_for(env, spec, target) if sample is None or answer(c.visible, sample)
    ]
    has_position = spec.position in inspect(target).column_attrs
    picker = picker_of(spec, target)
    rows = []
    typed = typed or TypedLines()
    read = {id(row.line): row for row in typed.rows}
    lines = [line for line in getattr(record, spec.path) if line is not None]
    for number, line in enumerate(lines, 1):
        row = read.get(id(line)) or TypedRow(str(line.id) if line.id else f"n{number}", line, {}, {})
        rows.append(_row(env, spec, columns, row, number, locked, typed))
    shapes = {} if locked or sample is None else _shapes(env, spec, columns, sample)
    under = _under(spec, picker, columns)
    shown = [(column, m) for column, m in columns if column.path != under]
    paths = [column.path for column, _meta in shown]
    summed = bool(spec.kind) and spec.amount in paths
    if summed:
        currency = currency_of(env, record)
        for drawn, total in zip(rows, section_sums(lines, kind=spec.kind, amount=spec.amount), strict=True):
            drawn.subtotal = formats.format_money(total, currency) if total is not None else ""
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
        errors=typed.errors,
        removed=[
            (f"{spec.path}.{row.key}.{name}", row.raw[name][-1])
            for row in typed.removed
            for name in ("id", "was", "delete")
            if name in row.raw
        ],
    )


def editable_lines(env: Env, record: Any, spec: Lines) -> Lines | None:
    """The lines as the condition of their document leaves them to people; None where nothing of them is."""
    if has_open_lines(env, record):
        return spec
    target: Any = field_of(type(record), spec.path).target
    free, columns, is_typed = free_cells(env, record, target.model_name), [], False
    for column in line_specs(spec):
        meta = field_of(target, column.path, kind=column.kind)
        if not meta.hops and (meta.name if meta.kind == "tags" else meta.key or meta.name) in free:
            columns.append(column)
            is_typed = True
        else:
            columns.append(replace(column, readonly=True))
    return replace(spec, columns=tuple(columns), fixed=True) if is_typed else None


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
    typed_row: TypedRow,
    number: int,
    locked: bool,
    typed: TypedLines,
) -> LineRow:
    line, key = typed_row.line, typed_row.key
    heading = heading_of(line, spec.kind)
    if heading:
        columns = [text_column(spec, type(line), columns)]
    cells = []
    for column, meta in columns:
        name = f"{spec.path}.{key}.{column.path}"
        error = typed.errors.get(name, "")
        texts = typed_row.raw.get(column.path) if error or name in typed.unsaved else None
        shown = texts[-1] if texts else None
        cells.append(
            make_input(
                env, meta, column, line, name=name, prefix="l", locked=locked, typed=shown, error=error
            )
        )
    first = next((cell.text for cell in cells if cell.text), "")
    row = LineRow(key, first or str(number), cells, number, getattr(line, "id", None) is not None)
    if row.existing:
        row.line_id = None if key == str(line.id) else line.id
        if not locked:
            held = typed_row.was or held_by(env, spec, columns, key, line, number)
            row.was = json.dumps(held, ensure_ascii=False)
    if heading:
        row.kind = heading
        row.cells[0].placeholder = str(_("Title of the section") if heading == SECTION else _("Note"))
    return row


def held_by(
    env: Env, spec: Lines, columns: list[tuple[Field, FieldMeta]], key: str, line: Any, number: int
) -> dict[str, str]:
    """What the cells of a line hold and where it stands, by the names of their inputs."""
    found = {f"{spec.path}.{key}.position": str(number)}
    for column, meta in columns:
        if is_writable(env, meta, column, line):
            found[f"{spec.path}.{key}.{column.path}"] = comparable(env, meta, line)
    return found


def text_column(
    spec: Lines, target: type[Any], columns: list[tuple[Field, FieldMeta]]
) -> tuple[Field, FieldMeta]:
    """The one field of a section or note."""
    found = next((pair for pair in columns if pair[0].path == spec.text), None)
    if found is not None:
        return replace(found[0], required=False), found[1]
    return FieldSpec(spec.text, required=False), field_of(target, spec.text)


def _shapes(env: Env, spec: Lines, columns: list[tuple[Field, FieldMeta]], sample: Any) -> dict[str, LineRow]:
    blank, nothing = TypedRow(SHAPE, sample, {}, {}), TypedLines()
    shapes = {"": _row(env, spec, columns, blank, 0, False, nothing)}
    if spec.kind:
        usual = getattr(sample, spec.kind)
        for kind in (SECTION, NOTE):
            set_committed_value(sample, spec.kind, choice_of(type(sample), spec.kind, kind))
            shapes[kind] = _row(env, spec, columns, blank, 0, False, nothing)
        set_committed_value(sample, spec.kind, usual)
    return shapes


def totals_of(env: Env, spec: Lines, record: Any) -> list[TotalRow]:
    """The figures under the table, written with the document's currency."""
    if spec.totals is None:
        return []
    currency = currency_of(env, record)
    return [
        TotalRow(str(t.label), formats.format_money(t.amount, currency), str(t.note), t.final)
        for t in spec.totals(env, record)
    ]
