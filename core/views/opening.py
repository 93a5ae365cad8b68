"""Which columns a list opens with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.orm.model import CompanyOwned
from core.views.access import readable
from core.views.catalog import columns_of
from core.views.declare import Column
from core.views.derive import name_field
from core.views.fields import field_of, fields_of
from core.views.state import ListState

if TYPE_CHECKING:
    from core.env import Env
    from core.views.declare import List, Preset


def all_columns(env: Env, declared: List) -> list[Column]:
    """Every column a list may show to the person: those it declares, then the other fields of the model."""
    found = [c for c in columns_of(declared) if readable(env, field_of(declared.model, c.path, kind=c.kind))]
    found[1:1] = [Column(path) for path in company_paths(env, declared.model)]
    known = {column.path for column in found}
    others = [m for m in fields_of(declared.model) if m.path not in known and m.kind not in {"json", "any"}]
    return found + [Column(meta.path, hidden=True) for meta in others if readable(env, meta)]


def company_paths(env: Env, model: type[Any]) -> tuple[str, ...]:
    """The field that says whose a row is, while rows of several companies stand side by side."""
    return ("company",) if len(env.company_ids) > 1 and issubclass(model, CompanyOwned) else ()


def shown_columns(env: Env, declared: List, state: ListState) -> tuple[Column, ...]:
    """The columns of a state: those the address names, else those the view shows at first."""
    offered = all_columns(env, declared)
    by_path = {column.path: column for column in offered}
    chosen = [by_path[path] for path in state.columns if path in by_path]
    shown = chosen or [column for column in offered if not column.hidden]
    if not shown:
        shown = [Column(name_field(declared.model))]
    return tuple(shown)


def preset_state(declared: List, preset: Preset) -> ListState:
    """The state of a ready-made view."""
    return ListState(
        list_name=declared.name,
        filters=preset.filters,
        group_by=preset.group_by,
        sort=preset.sort,
        columns=preset.columns,
    )
