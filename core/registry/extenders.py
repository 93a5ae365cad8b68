"""Who extends this? What each enabled addon adds to a model and its views, or to a hook, in order."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import NotFound
from core.i18n import _
from core.orm.model import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.registry.compose import Registry


@dataclass(frozen=True, slots=True)
class Extender:
    """One addition: by which addon (or wire), what, and where it is written."""

    addon: str
    what: str
    place: str


def of(registry: Registry, name: str) -> list[Extender]:
    """Return what makes up a model ("crm_sales.order") with its views, or a hook, in order."""
    if name in registry.models:
        return [*_model(registry, name), *_views(registry, name)]
    caller = getattr(registry.hooks, name, None)
    if caller is not None and caller.has_spec():
        return list(_hook(caller))
    raise NotFound(
        _("No enabled app has a model or a hook named {name}.", name=name),
        hint=_("Write a model as app.name, for example base.party, or the name of a hook."),
    )


def _model(registry: Registry, name: str) -> Iterator[Extender]:
    for fragment in registry.fragments(name):
        own = sorted(key for key, value in vars(fragment).items() if _is_field(key, value))
        verb = "adds" if fragment.is_extension else "declares"
        yield Extender(
            fragment.migration_unit,
            f"{fragment.__name__} {verb} {', '.join(own) or 'behaviour'}",
            _place(fragment),
        )


def _is_field(key: str, value: Any) -> bool:
    return not key.startswith("_") and (
        type(value).__name__ in {"MappedColumn", "Link"} or isinstance(value, property)
    )


def _views(registry: Registry, name: str) -> Iterator[Extender]:
    for plugin, module in registry.plugins.items():
        declare = getattr(module, "declare_views", None)
        for view in declare() if declare else ():
            if name in _models_of(view):
                yield Extender(plugin, f"{type(view).__name__} {_added(view)}".strip(), _place(declare))


def _models_of(view: Any) -> set[str]:
    """Return the models a declared view is about: by its class, or by the name its slot begins with."""
    found = set()
    model = getattr(view, "model", None)
    if isinstance(model, type) and issubclass(model, Model):
        found.add(model.model_name)
    place = getattr(view, "place", "")
    if isinstance(place, str) and place.count(".") == 2:
        found.add(place.rpartition(".")[0])
    return found


def _added(view: Any) -> str:
    parts = []
    for kind in ("place", "columns", "filters", "fields", "sections", "tabs", "actions", "smart"):
        value = getattr(view, kind, None)
        if isinstance(value, str) and value:
            parts.append(value)
        elif isinstance(value, tuple | list) and value:
            parts.append(f"{len(value)} {kind}")
    return ", ".join(parts)


def _hook(caller: Any) -> Iterator[Extender]:
    for implementation in reversed(caller.get_hookimpls()):  # pluggy calls the last one first
        function = implementation.function
        yield Extender(implementation.plugin_name, function.__name__, _place(function))


def _place(item: Any) -> str:
    return _found(item)


@cache
def _found(item: Any) -> str:
    """File and line; looked for once, because it means parsing the whole file."""
    path = Path(inspect.getsourcefile(item) or "?")
    root = Path(__file__).parents[2]
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown.as_posix()}:{inspect.getsourcelines(item)[1]}"
