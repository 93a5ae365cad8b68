"""The two markers, and the manager that holds only what one set of enabled addons implements."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

from core.errors import AddonError, CoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

PROJECT = "passerelle"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
FOR_WORKSPACE = f"{PROJECT}_for_workspace"
ANSWERS = f"{PROJECT}_answers"
_left_out: ContextVar[frozenset[str]] = ContextVar("left_out", default=frozenset())

F = TypeVar("F", bound="Callable[..., Any]")


def for_workspace(spec: F) -> F:
    """Mark a specification that is about what companies share: people, merged records, the whole workspace.

    Every enabled addon is called, also those that the company at work does not use: a person who is made
    anonymous in one company is so in the documents of all. Write it under ``@hookspec``.
    """
    setattr(spec, FOR_WORKSPACE, True)
    return spec


def answers(spec: F) -> F:
    """Mark a specification that only asks for something to show: a panel, a figure, a hint.

    An implementation that raises never takes the page away: the unit of work is undone and run again without
    its addon. Not for hooks that may refuse, or whose answer something is decided by. Write it under
    ``@hookspec``.
    """
    setattr(spec, ANSWERS, True)
    return spec


class AnswerFailed(CoreError):
    """An addon raised while it was asked for something to show."""

    def __init__(self, unit: str, place: str, error: Exception) -> None:
        self.unit = unit
        self.reason = f"{place}: {type(error).__name__}: {' '.join(str(error).split()).rstrip('.')}"
        super().__init__(f"Addon '{unit}' could not answer {self.reason}.")


@contextmanager
def leaving_out(units: frozenset[str]) -> Iterator[None]:
    """Do not ask these units for answers within the block."""
    token = _left_out.set(units)
    try:
        yield
    finally:
        _left_out.reset(token)


def guarded(function: Callable[..., Any], unit: str, place: str) -> Callable[..., Any]:
    """The function, which gives None while its unit is left out, and raises AnswerFailed for any error."""

    @wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if unit in _left_out.get():
            return None
        try:
            found = function(*args, **kwargs)
            return list(found) if isinstance(found, Iterator) else found
        except Exception as error:
            raise AnswerFailed(unit, place, error) from error

    return answer


def is_for_workspace(caller: pluggy.HookCaller) -> bool:
    """Whether a hook reaches every enabled addon, whichever company is at work."""
    return caller.spec is not None and getattr(caller.spec.function, FOR_WORKSPACE, False)


def manager_for(specs: Iterable[ModuleType], plugins: Mapping[str, ModuleType]) -> pluggy.PluginManager:
    """Register plugins in the order given, which is the order their hooks run in.

    Raise AddonError for an implementation that matches no specification, naming the addon, the hook, the
    place and
    the name that was probably meant.
    """
    manager = pluggy.PluginManager(PROJECT)
    for spec in specs:
        manager.add_hookspecs(spec)
    for name, module in reversed(list(plugins.items())):  # pluggy calls the last registered first
        try:
            manager.register(module, name=name)
        except pluggy.PluginValidationError as error:
            reason = " ".join(str(error).split())
            raise AddonError(
                f"Addon '{name}' cannot be loaded: {reason}", addon=name.partition("__")[0]
            ) from error
        _refuse_unknown_hooks(manager, name, module)
    for hook, caller in vars(manager.hook).items():
        if caller.spec is not None and getattr(caller.spec.function, ANSWERS, False):
            for one in caller.get_hookimpls():
                one.function = guarded(one.function, one.plugin_name, hook)
    return manager


def _refuse_unknown_hooks(manager: pluggy.PluginManager, name: str, module: ModuleType) -> None:
    for attribute, function in vars(module).items():
        options: dict[str, Any] | None = getattr(function, f"{PROJECT}_impl", None)
        if options is None:
            continue
        hook = str(options.get("specname") or attribute)
        caller = getattr(manager.hook, hook, None)
        if caller is not None and caller.has_spec():
            continue
        if options.get("optionalhook"):
            continue
        unknown = f"unknown hook '{hook}' in {_place(function)}.{_guess(manager, hook)}"
        raise AddonError(f"Addon '{name}' cannot be loaded: {unknown}", addon=name.partition("__")[0])


def _guess(manager: pluggy.PluginManager, hook: str) -> str:
    known = [key for key, caller in vars(manager.hook).items() if getattr(caller, "spec", None)]
    close = difflib.get_close_matches(hook, known, n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def _place(function: Any) -> str:
    path = Path(inspect.getsourcefile(function) or "?")
    return f"{path.parent.name}/{path.name}:{inspect.getsourcelines(function)[1]}"
