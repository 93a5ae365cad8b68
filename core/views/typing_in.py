"""A whole form read into a record: values where they can be read, sentences where they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import uploads
from core.views.catalog import lines_of
from core.views.conflicts import conflict, refused
from core.views.fields import field_of
from core.views.forms import Typed
from core.views.inputs import comparable, posted, read_input
from core.views.line_parsing import read_lines
from core.views.saving import answer, editable, put, specs_of, writable_in_turn
from core.views.values import Unclear

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.formparts import Conflict


def was_of(form: Mapping[str, list[str]]) -> dict[str, str]:
    """What the inputs held when the page was drawn."""
    try:
        found = uploads.read_json((form.get("was") or ["{}"])[-1])
    except uploads.Damaged:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def fill(
    env: Env, views: ModelViews, record: Any, form: Mapping[str, list[str]], *, keep: bool = False
) -> Typed:
    """Put a whole form on a record that is not stored: fields, lines, and what follows from what changed."""
    typed = Typed(values=form)
    before = was_of(form)
    changed = set()
    for path, meta, spec in writable_in_turn(env, views, record, specs_of(views)):
        drawn = not before or path in before
        if path not in form and not (drawn and meta.kind in {"bool", "tags"}):
            continue  # an input that is not ticked is not sent either
        raw = posted(form, meta, path)
        if path in before and raw != before[path]:
            changed.add(path)
        try:
            value = read_input(env, meta, spec, record, form.get(path, []))
        except Unclear as error:
            typed.kept.add(path)
            if raw or path not in before or raw != before.get(path):
                typed.errors[path] = str(error)
            continue
        if value is not None or not meta.has_default or meta.kind == "relation":
            put(env, record, meta, value)
    if views.the_form.changed is not None and not typed.errors:
        views.the_form.changed(env, record, frozenset(changed))
    for lines in lines_of(views.the_form):
        if not answer(lines.readonly, record):
            typed.lines[lines.path] = read_lines(env, record, lines, form, keep=keep)
    return typed


def line_errors(typed: Typed) -> dict[str, str]:
    """Every sentence about a line."""
    return {name: text for lines in typed.lines.values() for name, text in lines.errors.items()}


def differences(
    env: Env, views: ModelViews, record: Any, form: Mapping[str, list[str]]
) -> tuple[dict[str, Any], Typed, list[Conflict]]:
    """What a person changed on a stored record since the page was drawn.

    A field that someone else changed meanwhile to something else is a conflict; other fields merge.
    """
    typed = Typed(values=form)
    specs = specs_of(views)
    changes: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    fields = editable(env, views, record)
    left = refused(form)
    for path, was in was_of(form).items():
        meta = fields.get(path)
        if meta is None or path in left or (path not in form and meta.kind not in {"bool", "tags"}):
            continue
        raw, now = posted(form, meta, path), comparable(env, meta, record)
        if raw in (was, now):
            continue
        try:
            value = read_input(env, meta, specs[path], record, form.get(path, []))
        except Unclear as error:
            typed.errors[path] = str(error)
            typed.kept.add(path)
            continue
        if now != was and value != meta.of(record):
            conflicts.append(conflict(env, meta, record, value, form.get(path, []), now))
        elif now == was:
            changes[path] = value
    return changes, typed, conflicts


def preset(env: Env, views: ModelViews, record: Any, query: Mapping[str, list[str]]) -> None:
    """Values that the address of a new record, or the list it comes from, begins with: ``?set.party=12``."""
    declared = views.lists.get((query.get("list") or [""])[0])
    if declared is not None:
        for path, value in (declared.defaults or {}).items():
            put(env, record, field_of(views.model, path), value)
    specs = specs_of(views)
    given = set()
    for name, values in query.items():
        path = name.removeprefix("set.")
        if name == path or not values:
            continue
        meta = editable(env, views, record).get(path)
        if meta is None:
            continue
        try:
            put(env, record, meta, read_input(env, meta, specs[path], record, values))
            given.add(path)
        except Unclear:
            continue
    if views.the_form.changed is not None:
        views.the_form.changed(env, record, frozenset(given))
