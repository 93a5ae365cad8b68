"""Put what other addons add into a view, beside what they name; a missing neighbour is a warning, not a
failure."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from core.views.declare import Field, Section, Tab

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.views.declare import Form, FormExtension, List, ListExtension

log = logging.getLogger(__name__)
T = TypeVar("T")


def extend_list(declared: List, added: ListExtension) -> List:
    """Return the list with the columns, filters, actions and presets of an extension."""
    columns = tuple(declared.columns)
    for column in added.columns:
        columns = insert(columns, column, column.after, _path, f"{declared.model.model_name}.list")
    filters = declared.filters + tuple(f for f in added.filters if f not in declared.filters)
    return replace(
        declared,
        columns=columns,
        filters=filters,
        actions=declared.actions + added.actions,
        presets=declared.presets + added.presets,
    )


def extend_form(form: Form, added: FormExtension) -> Form:
    """Return the form with the fields, sections, tabs, buttons and documents of an extension."""
    view = f"{form.model.model_name}.form"
    sections = form.sections
    for field in added.fields:
        sections = _with_field(sections, field, view)
    for section in added.sections:
        sections = insert(sections, section, section.after, _section_name, view)
    tabs = form.tabs
    for tab in added.tabs:
        tabs = insert(tabs, tab, tab.after, tab_name, view)
    return replace(
        form,
        sections=sections,
        tabs=tabs,
        actions=form.actions + added.actions,
        smart=form.smart + added.smart,
        reports=form.reports + added.reports,
    )


def insert(items: Sequence[T], item: T, after: str, name: Callable[[Any], str], view: str) -> tuple[T, ...]:
    """Return the items with one more after the one called ``after``, or at the end."""
    at = len(items)
    if after:
        places = [n for n, other in enumerate(items) if name(other) == after]
        if places:
            at = places[0] + 1
        else:
            log.warning(
                "View '%s' has no '%s' to put '%s' after; it stands at the end.", view, after, name(item)
            )
    return (*items[:at], item, *items[at:])


def _with_field(sections: tuple[Section, ...], field: Field, view: str) -> tuple[Section, ...]:
    for n, section in enumerate(sections):
        for m, column in enumerate(section.columns):
            if field.after in [_path(other) for other in column]:
                grown = insert(column, field, field.after, _path, view)
                columns = (*section.columns[:m], grown, *section.columns[m + 1 :])
                changed = Section(section.title, *columns, visible=section.visible, after=section.after)
                return (*sections[:n], changed, *sections[n + 1 :])
    if field.after:
        log.warning(
            "View '%s' has no '%s' to put '%s' after; it stands at the end.", view, field.after, field.path
        )
    if not sections:
        return (Section("", (field,)),)
    last = sections[-1]
    columns = (*last.columns[:-1], (*(last.columns or ((),))[-1], field))
    return (*sections[:-1], Section(last.title, *columns, visible=last.visible, after=last.after))


def _path(item: Any) -> str:
    return item if isinstance(item, str) else str(item.path)


def _section_name(section: Section) -> str:
    first = next((field for column in section.columns for field in column), "")
    return _path(first) if first else ""


def tab_name(tab: Tab) -> str:
    """The name a tab is found by: its own, else the path of its first lines or first field."""
    if tab.name:
        return tab.name
    first = tab.content[0] if tab.content else None
    if isinstance(first, Section):
        return _section_name(first)
    return str(getattr(first, "path", "") or getattr(first, "template", ""))
