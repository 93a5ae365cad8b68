"""The list and the form of a model that declares none: everything a person may want to see, in a sensible
order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, inspect

from core.i18n.text import _
from core.views.declare import Column, Form, Lines, List, Section, Tab
from core.views.fields import collections_of, field_of, fields_of

if TYPE_CHECKING:
    from core.views.fields import FieldMeta

MOST_COLUMNS = 7
_UNSUITED = frozenset({"long", "json", "any"})


def name_field(model: type[Any]) -> str:
    """The attribute a record is called by: ``__display__`` when the model has it, else its identity."""
    display = model.__display__
    return display if hasattr(model, display) else "id"


def spelled_name(model: type[Any]) -> str:
    """The column a record is called by when it holds free text, which words can be compared with; else ""."""
    name = name_field(model)
    column = inspect(model).columns.get(name)
    return name if column is not None and isinstance(column.type, String) else ""


def default_list(model: type[Any]) -> List:
    """Show the name first, then up to six short attributes; the rest waits in the Columns menu."""
    name = name_field(model)
    shown = [f for f in fields_of(model) if f.path != name and f.kind not in _UNSUITED]
    columns = [Column(name), *(Column(f.path, hidden=n >= MOST_COLUMNS - 1) for n, f in enumerate(shown))]
    return List(model, columns=tuple(columns), default_sort=_default_sort(model, name))


def _default_sort(model: type[Any], name: str) -> str:
    return name if field_of(model, name).stored and name != "id" else "-id"


def default_form(model: type[Any]) -> Form:
    """Show every attribute in two columns, and each collection of owned lines in a tab."""
    fields = [f for f in fields_of(model) if f.kind not in {"json", "any"} and f.path != name_field(model)]
    name = name_field(model)
    first = [name] if name != "id" and field_of(model, name).stored else []
    paths = first + [f.path for f in fields]
    paths += [f.path for f in collections_of(model) if f.kind == "tags"]
    half = (len(paths) + 1) // 2
    tabs = tuple(_lines_tab(model, lines) for lines in collections_of(model) if _owned(model, lines))
    return Form(
        model,
        title="" if name == "id" else name,
        sections=(Section("", paths[:half], paths[half:]),),
        tabs=tabs,
    )


def _owned(model: type[Any], lines: FieldMeta) -> bool:
    relation = inspect(model).relationships[lines.name]
    return bool(relation.cascade.delete_orphan)


def _lines_tab(model: type[Any], lines: FieldMeta) -> Tab:
    target: Any = lines.target
    back = {relation.key for relation in inspect(target).relationships if relation.mapper.class_ is model}
    left_out = back | {"position"}
    columns = [f.path for f in fields_of(target) if f.path not in left_out and f.kind not in _UNSUITED]
    return Tab(lines.label or _("Lines"), Lines(lines.path, tuple(columns[:MOST_COLUMNS])))
