"""A new record made on its page and by a program from the same input: both must be the same.

What to give is invented from the form's declaration, so every model that a page can create is tried, also the
next one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import object_session

from core.errors import CoreError, Invalid
from core.rest import writing
from core.rest.schemas import shapes
from core.views.catalog import lines_of
from core.views.creating import store
from core.views.fields import NUMBERS, field_of
from core.views.formparts import SectionView
from core.views.forms import form_screen
from core.views.lineviews import SHAPE, LinesView
from core.views.saving import begin, is_blank, line_specs, missing_fields, picker_of, specs_of, unit
from core.views.typing_in import fill, line_errors, preset
from core.views.values import typed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.env import Env
    from core.rest.schemas import LineShape, Shape
    from core.views.catalog import ModelViews
    from core.views.declare import Field, Lines
    from core.views.fields import FieldMeta
    from core.views.forms import FormScreen
    from core.views.inputs import Input

ANEW = frozenset({"id", "created_at", "updated_at", "version"})
"""Columns that differ from record to record."""
ATTEMPTS = 5
TEXTS = ("Kervran 7", "K7", "kervran@example.com", "FR7630006000011234567890189", "70", "Europe/Paris", "7")
Form = dict[str, list[str]]


@dataclass
class Given:
    """What is said of a new record: values by path of the form, rows by path of lines."""

    values: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Made:
    """What a record holds, its lines too; or the sentences of a refusal."""

    holds: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """A person at the page of a new record, without a browser."""

    env: Env
    views: ModelViews
    attempts: dict[str, int] = field(default_factory=dict)
    """Path of a field, or name of a column of lines -> how many inventions for it were refused."""
    whole: bool = False
    given: Given = field(default_factory=Given)
    form: Form = field(default_factory=dict)

    def fill_in(self) -> None:
        """Say the fields, those too that others make visible; then the lines."""
        screen = self._drawn()
        for _round in range(3):
            for one in _inputs(screen):
                self._say(one, screen.record)
            screen = self._drawn()
        for spec in lines_of(self.views.the_form):
            part = _lines_view(screen, spec.path)
            if part is not None and not (part.readonly or part.fixed):
                self._add_rows(spec, part, screen.record)
                screen = self._drawn()
                self._say_cells(spec, screen)
                screen = self._drawn()
        shown = {one.path for one in _inputs(screen) if not one.readonly}
        self.given.values = {path: value for path, value in self.given.values.items() if path in shown}

    def save(self) -> Made:
        """Press Create."""
        record = begin(self.env, self.views)
        typed = fill(self.env, self.views, record, self.form, keep=True)
        wrong = {**missing_fields(self.env, self.views, record), **typed.errors, **line_errors(typed)}
        if wrong:
            return Made(refused={path: str(text) for path, text in wrong.items()})
        with unit(self.env, self.views):
            return Made(holds=holds(store(self.env, self.views, record)))

    def _drawn(self) -> FormScreen:
        """The page again, as it answers what was typed so far."""
        record = begin(self.env, self.views)
        typed = None
        if self.form:
            typed = fill(self.env, self.views, record, self.form)
        else:
            preset(self.env, self.views, record, {})
        screen = form_screen(self.env, self.views, record, typed)
        self.form = {"was": [screen.was]}
        for one in _inputs(screen):
            self._keep(one.name, one)
        for part in (part for tab in screen.tabs for part in tab.content):
            if isinstance(part, LinesView) and not part.readonly:
                for row in part.rows:
                    at = f"{part.path}.{row.key}"
                    self.form |= {f"{at}.position": [str(row.position)], f"{at}.picked": ["1"]}
                    self.form |= {f"{at}.kind": [row.kind]} if row.kind else {}
                    for cell in row.cells:
                        self._keep(cell.name, cell)
        return screen

    def _keep(self, name: str, one: Input) -> None:
        if one.readonly:
            return
        if one.kind == "bool":
            self.form |= {name: ["1"]} if one.ticked else {}
        elif one.kind == "tags":
            self.form[name] = [value for value, _text, chosen in one.choices if chosen]
        else:
            self.form[name] = [one.typed]

    def _say(self, one: Input, record: Any) -> None:
        spec = specs_of(self.views)[one.path]
        meta = field_of(self.views.model, one.path, kind=spec.kind)
        if one.readonly or one.path in self.given.values or not self._is_wanted(one, meta, record):
            return
        value = self._invented(one, spec, meta, record)
        if value not in (None, []):
            self.given.values[one.path] = sent(value)
            self.form[one.path] = written(self.env, meta, value, record)

    def _is_wanted(self, one: Input, meta: FieldMeta, record: Any) -> bool:
        """What must be said, or everything; what was refused at last is left out where it may be."""
        tried = self.attempts.get(meta.name, 0)
        if one.required:
            return self.whole or tried > 0 or is_blank(record, meta)
        return tried in {1, 2} or (self.whole and tried == 0)

    def _invented(self, one: Input, spec: Field | None, meta: FieldMeta, record: Any) -> Any:
        return invented(self.env, spec, meta, record, self.attempts.get(meta.name, 0))

    def _add_rows(self, spec: Lines, part: LinesView, record: Any) -> None:
        rows = self.given.rows.setdefault(spec.path, [])
        target: Any = field_of(self.views.model, spec.path).target
        for number, kind in enumerate(part.shapes, 1):
            row: dict[str, Any] = {}
            shape = part.shapes[kind]
            for cell in shape.cells:
                self._keep(cell.name.replace(SHAPE, f"n{number}"), cell)
            at = f"{spec.path}.n{number}"
            self.form[f"{at}.position"] = [str(number)]
            if kind:
                row = {spec.kind: kind, spec.text: f"{kind} {number}"}
                self.form |= {f"{at}.kind": [kind], f"{at}.{spec.text}": [row[spec.text]]}
            elif (picker := picker_of(spec, target)) and field_of(target, picker).kind == "relation":
                column = next((one for one in line_specs(spec) if one.path == picker), None)
                meta = field_of(target, picker)
                chosen = invented(self.env, column, meta, record, self.attempts.get(picker, 0))
                row = {picker: sent(chosen)}
                self.form[f"{at}.{picker}"] = [str(chosen.id)] if chosen else [""]
            rows.append({path: value for path, value in row.items() if value is not None})

    def _say_cells(self, spec: Lines, screen: FormScreen) -> None:
        part = _lines_view(screen, spec.path)
        lines = [line for line in getattr(screen.record, spec.path) if line is not None]
        specs = {one.path: one for one in line_specs(spec)}
        for row, line, given in zip(
            part.rows if part else (), lines, self.given.rows[spec.path], strict=True
        ):
            for cell in () if row.kind else row.cells:
                meta = field_of(type(line), cell.path, kind=specs[cell.path].kind)
                if cell.readonly or cell.path in given or not self._is_wanted(cell, meta, line):
                    continue
                value = self._invented(cell, specs[cell.path], meta, line)
                if value not in (None, []):
                    given[cell.path] = sent(value)
                    self.form[cell.name] = written(self.env, meta, value, line)


def different_creations(env: Env, addon: str = "") -> tuple[dict[str, Any], set[str]]:
    """Model -> what differs between page and program, for the models of an addon (or of all) that a page
    makes; and the models of which an invented record was really made. Nothing is kept."""
    found: dict[str, Any] = {}
    made: set[str] = set()
    for name, shape in shapes(env).items():
        if shape.create is None or not name.startswith(addon):
            continue
        for whole in (False, True):
            first, program, difference = _compared(env, shape, whole=whole)
            if difference:
                found[f"{name}, {'whole' if whole else 'least'}"] = difference
            if first.holds and program.holds:
                made.add(name)
    return found, made


def _compared(env: Env, shape: Shape, *, whole: bool) -> tuple[Made, Made, dict[str, Any]]:
    """What page and program made, and what differs beyond that which differs from page to page."""
    page, first = _on_page(env, shape, whole=whole)
    again = _taken_back(env, page.save)
    noise = _differing(first.holds, again.holds).keys()
    program = _taken_back(env, lambda: _by_program(env, shape, page.given))
    differing = _differing(first.holds, program.holds)
    difference: dict[str, Any] = {key: values for key, values in differing.items() if key not in noise}
    if bool(first.refused) != bool(program.refused):
        difference["refused"] = (first.refused, program.refused)
    return first, program, difference


def _on_page(env: Env, shape: Shape, *, whole: bool) -> tuple[Page, Made]:
    """A page that was made, or the last one that was refused: what is wrong is said otherwise."""
    attempts: dict[str, int] = {}
    for _attempt in range(ATTEMPTS):
        page = Page(env, shape.views, attempts, whole)

        def work(page: Page = page) -> Made:
            page.fill_in()
            return page.save()

        made = _taken_back(env, work)
        if not made.refused:
            break
        said = [
            *page.given.values,
            *(path for rows in page.given.rows.values() for row in rows for path in row),
        ]
        for name in made.refused if "" not in made.refused else dict.fromkeys(said):
            path = name.rpartition(".")[2]
            attempts[path] = attempts.get(path, 0) + 1
    return page, made


def _taken_back(env: Env, work: Callable[[], Made]) -> Made:
    savepoint = env.session.begin_nested()
    try:
        with env.session.no_autoflush:
            made = work()
    except Invalid as error:
        made = Made(refused={name: str(text) for name, text in error.fields.items()} or {"": str(error)})
    except CoreError as error:
        made = Made(refused={"": str(error)})
    if savepoint.is_active:
        savepoint.rollback()
    env.session.expunge_all()
    env.cache.clear()
    return made


def _by_program(env: Env, shape: Shape, given: Given) -> Made:
    names = {path: name for name, path in shape.writable.items()} | {path: path for path in shape.tags}
    body: dict[str, Any] = {names.get(path, path): value for path, value in given.values.items()}
    for path, rows in given.rows.items():
        part = shape.lines[path]
        body[path] = [_row(part, row) for row in rows]
    return Made(holds=holds(writing.create(env, shape, json.dumps(body).encode())))


def _row(part: LineShape, row: dict[str, Any]) -> dict[str, Any]:
    names = {path: name for name, path in part.writable.items()}
    return {names.get(path, path): value for path, value in row.items()}


def sent(value: Any) -> Any:
    """A value as JSON: a record by its id, a decimal as a text."""
    if isinstance(value, list):
        return [sent(one) for one in value]
    if hasattr(value, "model_name"):
        return value.id
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def written(env: Env, meta: FieldMeta, value: Any, record: Any) -> list[str]:
    """A value as a person types it."""
    if meta.kind == "tags":
        return [str(one.id) for one in value]
    if meta.kind == "relation":
        return [str(value.id)]
    if meta.kind == "bool":
        return ["1"] if value else []
    return [typed_of(env, meta, value, record)]


def invented(env: Env, spec: Field | None, meta: FieldMeta, record: Any, tried: int) -> Any:
    """Something for a field; another one after it was refused. None when there is nothing to say."""
    match meta.kind:
        case "relation" | "tags":
            found = _records(env, spec, meta, record)
            if meta.kind == "tags":
                return found[:2] if tried == 0 else []
            return found[tried % len(found)] if found else None
        case "choice":
            members = list(meta.choices or ())
            return members[(tried + 1) % len(members)]
        case "bool":
            return True
        case "date":
            return env.today() + timedelta(days=tried)
        case "datetime":
            return env.now().replace(second=0, microsecond=0) + timedelta(days=tried)
        case "text" | "long":
            if meta.length is not None and meta.length <= 3:
                return env.company.currency[: meta.length]
            return TEXTS[tried % len(TEXTS)][: meta.length]
    if meta.kind in NUMBERS:
        number = (Decimal(2), Decimal(1), Decimal(100), Decimal(30))[tried % 4]
        return int(number) if meta.kind == "integer" else number
    return None


def _records(env: Env, spec: Field | None, meta: FieldMeta, record: Any) -> list[Any]:
    target: Any = meta.target
    query = select(target).order_by(target.id).limit(5)
    if spec is not None and spec.options is not None:
        query = query.where(spec.options(env, record, target))
    with env.session.no_autoflush:
        return list(env.session.scalars(query))


def _inputs(screen: FormScreen) -> Iterator[Input]:
    parts = [*screen.sections, *(part for tab in screen.tabs for part in tab.content)]
    for part in parts:
        if isinstance(part, SectionView):
            yield from (one for column in part.columns for one in column)


def _lines_view(screen: FormScreen, path: str) -> LinesView | None:
    parts = [part for tab in screen.tabs for part in tab.content]
    return next((part for part in parts if isinstance(part, LinesView) and part.path == path), None)


def holds(record: Any, *, above: int = 0) -> dict[str, Any]:
    """Every column of a record, its links to many, and the same of the rows it owns."""
    session = object_session(record)
    assert session is not None
    session.refresh(record)
    mapper = inspect(type(record))
    found: dict[str, Any] = {}
    for attribute in mapper.column_attrs:
        value = getattr(record, attribute.key)
        of_above = above and value == above and attribute.columns[0].foreign_keys
        if attribute.key not in ANEW and not of_above:
            found[attribute.key] = value
    for relation in mapper.relationships:
        if relation.secondary is not None:
            found[relation.key] = sorted(one.id for one in getattr(record, relation.key))
        elif relation.uselist and relation.cascade.delete_orphan:
            for number, line in enumerate(getattr(record, relation.key)):
                for key, value in holds(line, above=record.id).items():
                    found[f"{relation.key}[{number}].{key}"] = value
    return found


def _differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    if not (one and other):
        return {}
    keys = one.keys() | other.keys()
    absent = "absent"
    return {
        key: (one.get(key, absent), other.get(key, absent))
        for key in keys
        if one.get(key, absent) != other.get(key, absent)
    }
