"""Make a record with its lines by the rules of its form, for pages, files and programs alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import Invalid, NotAllowed
from core.i18n.text import _
from core.views.access import label, may, views_for
from core.views.catalog import lines_of
from core.views.document_lines import add_lines
from core.views.saving import (
    begin,
    editable,
    missing_fields,
    put,
    refuse_unknown,
    unit,
    writable_in_turn,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.saving import Values


def create(
    env: Env, model_name: str, values: Values, lines: Mapping[str, Sequence[Values]] | None = None
) -> Any:
    """Make a record with its lines, step by step as a page does: fields, what follows from them, lines, what
    follows from each, the form's service.

    Values are by the paths of the form, of lines too. Raise Invalid for what is missing or wrong.
    """
    views = views_for(env, model_name)
    if not may(env, "create", views.model):
        raise NotAllowed(_("You may not create {thing}.", thing=label(views.model)))
    given = dict(lines or {})
    record = begin(env, views)
    with unit(env, views), env.session.no_autoflush:
        left = dict(values)
        for path, meta, _spec in writable_in_turn(env, views, record, values):
            put(env, record, meta, left.pop(path))
        refuse_unknown(views, left)
        if views.the_form.changed is not None:
            views.the_form.changed(env, record, frozenset(values))
        problems: dict[str, str] = {}
        for spec in lines_of(views.the_form):
            problems |= add_lines(env, record, spec, given.pop(spec.path, ()))
        refuse_unknown(views, given)
        if problems:
            raise Invalid(fields=missing_fields(env, views, record) | problems)
        return store(env, views, record)


def store(env: Env, views: ModelViews, record: Any) -> Any:
    """Write a record that was put together, through the form's own service when it has one."""
    missing = missing_fields(env, views, record)
    if missing:
        raise Invalid(fields=missing)
    form = views.the_form
    if form.create is None:
        env.session.add(record)
        env.session.flush()
        return record
    values = {path: getattr(record, path) for path in editable(env, views, record)}
    lines = {spec.path: list(getattr(record, spec.path)) for spec in lines_of(form)}
    for path in lines:
        getattr(record, path).clear()  # a line that changes its document is taken for an orphan
    given = {path: value for path, value in values.items() if value is not None}
    made = form.create(env, given | {path: rows for path, rows in lines.items() if rows})
    for spec in lines_of(form):
        taken = getattr(made, spec.path)
        for line in lines[spec.path]:
            if line not in taken:  # by a service that does not ask for them
                taken.append(line)
            if spec.changed is not None:
                spec.changed(env, made, line)
    env.session.flush()
    return made
