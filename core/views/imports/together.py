"""Create the rows of a file through the service that a form declares for many at once.

Nothing of a form's rules is left out: the same fields, the same sentences, the same savepoint around what is
written. A row that the database refuses is found by halving, so that the others are still written together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from core.errors import CoreError, Invalid
from core.i18n.text import _
from core.views import saving

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.declare import Many
    from core.views.fields import FieldMeta
    from core.views.imports.rows import Row


class Together:
    """What is asked of every new row, worked out once for the file."""

    def __init__(
        self, env: Env, views: ModelViews, many: Many, fields: Mapping[str, FieldMeta], *, even_alike: bool
    ) -> None:
        self.env, self.views, self.many, self.fields = env, views, many, fields
        self.even_alike = even_alike
        self.model: Any = views.model
        keys = set(inspect(self.model).column_attrs.keys())
        self.beginnings = {
            key: value for key, value in vars(saving.fresh(env, self.model)).items() if key in keys
        }
        specs = saving.specs_of(views)
        self.visible = {path: specs[path].visible for path in fields if path in specs}
        self.required = {
            path: specs[path].required
            if path in specs and specs[path].required is not None
            else fields[path].required
            for path in fields
        }
        self.asks = [path for path, required in self.required.items() if required is not False]
        self.hides = [path for path, visible in self.visible.items() if visible is not True]

    def create(self, rows: Sequence[Row]) -> None:
        """Write the rows that nothing speaks against; the others are told why not."""
        ready = []
        for row in rows:
            self._check(row)
            if not row.errors:
                ready.append(row)
        if self.many.alike is not None and not self.even_alike:
            for row, sentence in zip(
                ready, self.many.alike(self.env, [row.new for row in ready]), strict=True
            ):
                if sentence:
                    row.errors.append(sentence)
        self._write([row for row in ready if not row.errors])

    def _check(self, row: Row) -> None:
        columns = dict(self.beginnings)
        given: dict[str, Any] = {}
        for path, value in row.values.items():
            meta = self.fields.get(path)
            if meta is None or (value is None and meta.has_default):
                continue
            given[path] = value
            columns[meta.key or meta.name] = value
        record = self.model()
        vars(record).update(columns)  # only asked, never written: nothing needs to know what changed
        for path in self.asks:
            if self._shows(path, record) and saving.answer(self.required[path], record):
                meta = self.fields[path]
                if columns.get(meta.key or meta.name) in (None, "", []):
                    row.errors.append(f"{meta.label}: {_('Fill this in.')}")
        if row.errors:
            return
        hidden = {path for path in self.hides if path in given and not self._shows(path, record)}
        row.new = {
            self.fields[path].key or path: value
            for path, value in given.items()
            if value is not None and path not in hidden
        }
        try:
            self.many.check(self.env, row.new)
        except Invalid as error:
            row.errors += told(error, row.headings)

    def _shows(self, path: str, record: Any) -> bool:
        return bool(saving.answer(self.visible.get(path, True), record))

    def _write(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        try:
            with saving.unit(self.env, self.views):
                ids = self.many.create(self.env, [row.new for row in rows])
        except (CoreError, DBAPIError) as error:
            if len(rows) == 1:
                rows[0].errors += told(error, rows[0].headings)
                return
            middle = len(rows) // 2
            self._write(rows[:middle])
            self._write(rows[middle:])
            return
        for row, number in zip(rows, ids, strict=True):
            row.created = number


def told(error: CoreError | DBAPIError, headings: Mapping[str, str]) -> Iterable[str]:
    """Why a row was refused, by the headings of the file."""
    if isinstance(error, Invalid) and error.fields:
        return [f"{headings.get(path, path)}: {text}" for path, text in error.fields.items()]
    return [str(error if isinstance(error, CoreError) else _("The database refused this row."))]
