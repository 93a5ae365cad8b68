"""Check and write the rows of a table, piece by piece, by the rules of the form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, any_, bindparam, inspect, select, tuple_
from sqlalchemy.exc import DBAPIError

from core.errors import CoreError, Invalid, NotAllowed
from core.i18n.text import _
from core.views import creating, saving
from core.views.access import label, may, views_for
from core.views.fields import field_of
from core.views.imports.cells import text_of_cell, value_of_cell
from core.views.imports.lookups import Lookup
from core.views.imports.mapping import ID, guess_mapping, importable
from core.views.imports.rows import Row
from core.views.imports.together import Together, told
from core.views.inputs import comparable
from core.views.values import Unclear

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from core.env import Env
    from core.views.fields import FieldMeta
    from core.views.imports.table import Table

PIECE = 1000
FIRST_ROW = 2
"""The number of the first data row, as a spreadsheet counts."""


@dataclass(frozen=True)
class RowError:
    """A row that was not written: its number in the file, and why."""

    row: int
    message: str


@dataclass
class ImportResult:
    """What an import did, or would do. ``undo`` holds, for each record touched, its id and the values
    replaced."""

    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    undo: list[tuple[int, int, dict[str, str] | None]] = field(default_factory=list)
    """(row, record id, values before; None for a record that was created)"""

    @property
    def failed(self) -> int:
        """Rows that were not written."""
        return len(self.errors)


class _Stop(Exception):
    """Raised to leave a savepoint without keeping what was done in it."""


def run_import(
    env: Env,
    model_name: str,
    table: Table,
    mapping: Mapping[str, str] | None = None,
    *,
    key: Sequence[str] = (),
    dry_run: bool = False,
    first_row: int = FIRST_ROW,
    even_alike: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Write the rows of a table as records of a model, in the caller's transaction.

    mapping: heading -> path ("name", "party", "party.code"); guessed when left out. key: the paths that
    identify a
    record: one that exists is updated, else created; ("id",) or () with an "id" column updates by identity.
    A row that is refused is left out and told; the others are written. dry_run: everything is tried and
    taken back. even_alike: also create what is likely the same as a record that is there.
    """
    views = views_for(env, model_name)
    chosen = dict(mapping) if mapping is not None else guess_mapping(env, views, table.headings)
    importer = _Importer(env, model_name, table.headings, chosen, tuple(key), even_alike=even_alike)
    result = ImportResult(total=len(table.rows))
    for start in range(0, len(table.rows), PIECE):
        piece = table.rows[start : start + PIECE]
        try:
            with env.session.begin_nested():
                importer.piece(piece, first_row + start, result)
                if dry_run:
                    raise _Stop
        except _Stop:
            pass
        if progress is not None:
            progress(min(start + PIECE, len(table.rows)))
    return result


class _Importer:
    def __init__(
        self,
        env: Env,
        model_name: str,
        headings: list[str],
        mapping: dict[str, str],
        key: tuple[str, ...],
        *,
        even_alike: bool,
    ) -> None:
        self.env = env
        self.views = views_for(env, model_name)
        self.model: Any = self.views.model
        self.form = self.views.the_form
        self.key = key or ((ID,) if ID in mapping.values() else ())
        sample = saving.fresh(env, self.model)
        self.fields = importable(env, self.views, sample)
        self.specs = saving.specs_of(self.views)
        self.columns: list[tuple[int, str, str, FieldMeta, Lookup | None]] = []
        """Index of the cell, heading, path, field, and how a linked record is found."""
        for index, heading in enumerate(headings):
            path = mapping.get(heading, "")
            if path:
                self.columns.append(self._column(index, heading, path))
        missing = [one for one in self.key if one not in {path for _i, _h, path, _m, _l in self.columns}]
        if missing:
            raise Invalid(_("The key “{key}” is not among the columns.", key=", ".join(missing)))
        if not self.columns:
            raise Invalid(_("No column of the file was given a field."))
        self.begins_whole = self.form.create is not None or bool(self.form.defaults)
        self.reads_links = self.form.changed is not None or self.form.create is not None
        self.headings = {path: heading for _i, heading, path, _m, _l in self.columns}
        many = self.form.many if self.form.changed is None else None
        self.together = Together(env, self.views, many, self.fields, even_alike=even_alike) if many else None
        self._held: dict[str, list[Any]] = {}
        """Linked records of the piece, held so that the session finds them without a statement each."""
        self.may_create = may(env, "create", self.model)
        self.may_update = may(env, "update", self.model)
        if not (self.may_create or (self.key and self.may_update)):
            raise NotAllowed(_("You may not create {thing}.", thing=label(self.model).lower()))

    def _column(self, index: int, heading: str, path: str) -> tuple[int, str, str, FieldMeta, Lookup | None]:
        if path == ID:
            return index, heading, path, field_of(self.model, ID), None
        head, _dot, attribute = path.partition(".")
        meta = self.fields.get(head)
        if meta is None:
            raise Invalid(fields={path: _("“{field}” cannot be imported.", field=path)})
        lookup = Lookup(self.env, meta, attribute) if meta.kind in {"relation", "tags"} else None
        return index, heading, head, meta, lookup

    # -- one piece -----------------------------------------------------------------------------------------

    def piece(self, cells: list[list[Any]], first: int, result: ImportResult) -> None:
        """Read, look up, check and write some rows."""
        rows = [Row(first + n, self.headings) for n in range(len(cells))]
        self._learn(cells)
        for row, line in zip(rows, cells, strict=True):
            self._read(row, line)
        self._find(rows)
        self._refuse_twins(rows)
        ready = [row for row in rows if not row.errors]
        if self.together is not None and self.may_create:
            self.together.create([row for row in ready if row.record is None])
            for row in ready:
                if row.created is not None:
                    _note(result, row, "created", None)
            ready = [row for row in ready if row.record is not None]
        if self.form.create is None and self._write_together(ready, result):
            done: Iterable[Row] = ()
        else:
            done = ready
        for row in done:
            self._write_alone(row, result)
        for row in rows:
            if row.errors:
                result.errors.append(RowError(row.number, " ".join(row.errors)))
        result.errors.sort(key=lambda one: one.row)

    def _learn(self, cells: list[list[Any]]) -> None:
        for index, _heading, path, meta, lookup in self.columns:
            if lookup is not None:
                texts = [text_of_cell(line[index]) for line in cells]
                lookup.learn(part for text in texts for part in _parts(text, meta))
                if self.reads_links or meta.kind == "tags":
                    self._held[path] = lookup.records()

    def _read(self, row: Row, line: list[Any]) -> None:
        for index, heading, path, meta, lookup in self.columns:
            cell = line[index]
            try:
                if path == ID:
                    text = text_of_cell(cell)
                    row.values[ID] = int(text) if text.isdigit() else None
                elif lookup is None:
                    row.values[path] = value_of_cell(self.env, meta, cell)
                elif meta.kind == "tags":
                    row.values[path] = [lookup.get(part) for part in _parts(text_of_cell(cell), meta)]
                else:
                    row.values[path] = lookup.get(text_of_cell(cell))
            except Unclear as error:
                row.errors.append(f"{heading}: {error}")

    def _find(self, rows: list[Row]) -> None:
        """Find the records that the keys name, for the whole piece at once."""
        if not self.key:
            return
        columns = [self._key_column(path) for path in self.key]
        wanted = {key: row for row in rows if not row.errors and None not in (key := self._key_of(row))}
        if not wanted:
            return
        kind: Any = columns[0].type
        condition = (
            columns[0] == any_(bindparam("keys", [key[0] for key in wanted], ARRAY(kind), unique=True))
            if len(columns) == 1
            else tuple_(*columns).in_(list(wanted))
        )
        found: dict[tuple[Any, ...], Any] = {}
        for record in self.env.session.scalars(select(self.model).where(condition)):
            found[tuple(getattr(record, column.key) for column in columns)] = record
        for row in rows:
            row.record = found.get(self._key_of(row))
            if row.record is None and self.key == (ID,) and row.values.get(ID) is not None:
                thing, number = label(self.model).lower(), str(row.values[ID])
                row.errors.append(str(_("There is no {thing} with the id {id}.", thing=thing, id=number)))

    def _key_column(self, path: str) -> Any:
        return self.model.id if path == ID else field_of(self.model, path).attribute

    def _key_of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row.values.get(path) for path in self.key)

    def _refuse_twins(self, rows: list[Row]) -> None:
        """Two rows of one piece with the same key would write over each other."""
        if not self.key:
            return
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            key = self._key_of(row)
            if None in key or row.errors:
                continue
            if key in seen:
                row.errors.append(str(_("The same key stands in row {row}.", row=seen[key])))
            else:
                seen[key] = row.number

    # -- writing -------------------------------------------------------------------------------------------

    def _write_together(self, rows: list[Row], result: ImportResult) -> bool:
        """Write all rows with one flush; False, with nothing written, when one of them is refused by it."""
        try:
            with self.env.session.begin_nested(), self.env.session.no_autoflush:
                outcomes = [self._put(row) for row in rows]
                good = [(row, outcome) for row, outcome in zip(rows, outcomes, strict=True) if not row.errors]
                self.env.session.flush()
        except (DBAPIError, CoreError):
            for row in rows:
                row.errors.clear()
                if row.record is not None and not inspect(row.record).persistent:
                    row.record = None
            return False
        for row, (kind, before) in good:
            _note(result, row, kind, before)
        return True

    def _write_alone(self, row: Row, result: ImportResult) -> None:
        try:
            with saving.unit(self.env, self.views), self.env.session.no_autoflush:
                kind, before = self._put(row)
                if row.errors:
                    raise _Stop
        except _Stop:
            return
        except (CoreError, DBAPIError) as error:
            row.errors += told(error, self.headings)
            return
        _note(result, row, kind, before)

    def _put(self, row: Row) -> tuple[str, dict[str, str] | None]:
        values = {path: value for path, value in row.values.items() if path != ID}
        if row.record is not None:
            return self._update(row, values)
        return self._create(row, values)

    def _create(self, row: Row, values: dict[str, Any]) -> tuple[str, None]:
        if not self.may_create:
            row.errors.append(str(_("You may not create {thing}.", thing=label(self.model).lower())))
            return "created", None
        defaults = {path for path in values if self.fields[path].has_default}
        given = {path: value for path, value in values.items() if value is not None or path not in defaults}
        record = saving.begin(self.env, self.views) if self.begins_whole else self.model()
        for path, value in given.items():
            self._assign(record, self.fields[path], value)
        row.errors += self._missing(record)
        if row.errors:
            return "created", None
        if self.form.changed is not None:
            self.form.changed(self.env, record, frozenset(given))
        if self.form.create is not None:
            row.record = creating.store(self.env, self.views, record)
        else:
            self.env.session.add(record)
            row.record = record
        return "created", None

    def _missing(self, record: Any) -> list[str]:
        found = []
        for path, meta in self.fields.items():
            spec = self.specs.get(path)
            if spec is not None and not saving.answer(spec.visible, record):
                continue
            required = saving.is_required(meta, spec, record) if spec else meta.required
            if required and _empty(record, meta):
                found.append(f"{meta.label}: {_('Fill this in.')}")
        return found

    def _update(self, row: Row, values: dict[str, Any]) -> tuple[str, dict[str, str] | None]:
        record = row.record
        if not self.may_update:
            row.errors.append(str(_("You may not change {thing}.", thing=label(self.model).lower())))
            return "unchanged", None
        if saving.is_readonly(self.env, self.views, record):
            row.errors.append(str(_("{name} can no longer be changed.", name=record.display_name)))
            return "unchanged", None
        changed: dict[str, Any] = {}
        for path, value in values.items():
            meta, spec = self.fields[path], self.specs.get(path)
            if (value is None and not meta.nullable) or _equal(record, meta, value):
                continue
            if spec is not None and not saving.is_writable(self.env, meta, spec, record):
                row.errors.append(f"{meta.label}: {_('This can no longer be changed.')}")
            changed[path] = value
        if row.errors or not changed:
            return "unchanged", None
        before = {path: comparable(self.env, self.fields[path], record) for path in changed}
        for path, value in changed.items():
            self._assign(record, self.fields[path], value)
        if self.form.changed is not None:
            self.form.changed(self.env, record, frozenset(changed))
        return "updated", before

    def _assign(self, record: Any, meta: FieldMeta, value: Any) -> None:
        if meta.kind == "relation" and not self.reads_links:
            setattr(record, meta.key, value)  # no service reads the linked record: its id is enough
        else:
            saving.put(self.env, record, meta, value)


def _note(result: ImportResult, row: Row, kind: str, before: dict[str, str] | None) -> None:
    setattr(result, kind, getattr(result, kind) + 1)
    if kind != "unchanged":
        number = row.created if row.created is not None else row.record.id
        result.undo.append((row.number, number, before))


def _parts(text: str, meta: FieldMeta) -> list[str]:
    if meta.kind != "tags":
        return [text]
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _empty(record: Any, meta: FieldMeta) -> bool:
    value = getattr(record, meta.key or meta.name, None)
    return value is None or value == ""


def _equal(record: Any, meta: FieldMeta, value: Any) -> bool:
    if meta.kind == "tags":
        return sorted(one.id for one in getattr(record, meta.name)) == sorted(value)
    return bool(getattr(record, meta.key or meta.name) == value)
