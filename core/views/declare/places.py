"""How an addon enters the views of another one: by name, never by position in the markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env
    from core.views.declare.forms import Action, Field, Section, Smart, Tab
    from core.views.declare.lists import Column, Preset


@dataclass(frozen=True, slots=True)
class ListExtension:
    """Adds to a list. A column whose ``after`` names nothing stands at the end, and the log says so."""

    model: type[Any]
    columns: tuple[Column, ...] = ()
    filters: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    presets: tuple[Preset, ...] = ()
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class FormExtension:
    """Adds to a form. ``after`` of a field names a field, of a section or tab its neighbour's name or first
    field."""

    model: type[Any]
    fields: tuple[Field, ...] = ()
    sections: tuple[Section, ...] = ()
    tabs: tuple[Tab, ...] = ()
    actions: tuple[Action, ...] = ()
    smart: tuple[Smart, ...] = ()
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A template drawn at a named place: ``Slot("crm_sales.order.side", template="...")``.

    Every form has ``<model>.side`` (above the timeline), ``<model>.head`` (under the ribbon),
    ``<model>.foot``, ``<model>.timeline``, ``<model>.menu`` (entries of "More actions") and
    ``<model>.actions`` (buttons beside Print); ``*`` stands for every model. ``context(env, record)`` gives
    what the template needs, None leaves it out.
    """

    place: str
    template: str
    context: Callable[[Env, Any], dict[str, Any] | None] | None = None
    sequence: int = 50
