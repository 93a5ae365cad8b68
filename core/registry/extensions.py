"""Who extends this? For a model, a view or a hook: what each addon adds, in which order."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import NotFound

if TYPE_CHECKING:
    from core.registry.compose import Registry


@dataclass(frozen=True, slots=True)
class Extension:
    """One addon's part in something, in the order in which it takes effect."""

    addon: str
    """Addon, or addon__wire."""
    kind: str
    """"declares", "extends" or "implements"."""
    name: str
    """Class or function."""
    place: str
    """File and line."""
    adds: tuple[str, ...]
    """Columns and attributes of a model; nothing for a hook."""


def of_model(registry: Registry, name: str) -> list[Extension]:
    """The fragments of a model, the first declares it."""
    if name not in registry.models:
        raise NotFound(
            f"No enabled addon declares the model '{name}'.", hint="Models are named like crm_sales.order."
        )
    return [
        Extension(
            fragment.migration_unit,
            "extends" if fragment.is_extension else "declares",
            fragment.__qualname__,
            _place(fragment),
            tuple(sorted(key for key in vars(fragment) if not key.startswith("_") and key not in _OWN)),
        )
        for fragment in registry.fragments(name)
    ]


def of_hook(registry: Registry, name: str) -> list[Extension]:
    """The implementations of a hook, in the order in which they run."""
    caller = getattr(registry.hooks, name, None)
    if caller is None or not caller.has_spec():
        raise NotFound(f"No enabled addon offers the hook '{name}'.", hint="passerelle hooks lists them.")
    return [
        Extension(implementation.plugin_name, "implements", name, _place(implementation.function), ())
        for implementation in reversed(caller.get_hookimpls())
    ]


_OWN = frozenset({"addon", "migration_unit", "is_extension", "model_name", "is_versioned"})


def _place(item: object) -> str:
    path = Path(inspect.getsourcefile(item) or "?")  # type: ignore[arg-type]  # a class or a function
    return f"{'/'.join(path.parts[-3:])}:{inspect.getsourcelines(item)[1]}"  # type: ignore[arg-type]  # as above
