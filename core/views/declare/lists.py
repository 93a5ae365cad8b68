"""A list: its columns, what it can be narrowed by, and the ways of looking at it that come ready made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement

    from core.env import Env
    from core.views.declare.forms import Action


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list. A plain string stands for ``Column(string)``.

    sum: the page total is shown in the foot, and subtotals in groups (numbers stored in the database only).
    hidden: offered in the Columns menu, not shown at first.
    after: only in a ``ListExtension``: the column it stands after.
    kind: for a Python property: "money", "number", "date", "text", "activity"... Default: read from its
    annotation.
    tone: "", "ok", "warn", "bad" or "accent" for a record; a dot and the colour stand before the words.
    template: a template of the addon for this cell, given ``record`` and ``value``.
    needs: relations a property, tone or template reads, loaded for the whole page at once.
    """

    path: str
    label: str = ""
    sum: bool = False
    hidden: bool = False
    after: str = ""
    kind: str = ""
    tone: Callable[[Any], str] | None = None
    template: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made view shown as a tab above the list.

    filters: texts as in the address: ``"stage:open,won"``, ``"close_date:last_30_days"``,
    ``"expected:1000.."``.
    """

    name: str
    label: str
    filters: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()
    count: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """The list of a model at ``/app/<addon>/<model>/``.

    name: several lists of one model (customer invoices, supplier bills) have names; the nameless one is the
    default.
    where: rows this list is about, for a named list. ``defaults``: values a record created from it starts
    with.
    filters: what the Filter menu offers first; every readable column can be filtered all the same.
    actions: for the selection; a service here takes ``(env, record)`` and is called once for each record.
    create: False hides "New" (documents that only a service may create); an address is where "New" leads
    when they begin on a page of their own.
    """

    model: type[Any]
    columns: tuple[str | Column, ...] = ()
    filters: tuple[str, ...] = ()
    default_sort: str = ""
    actions: tuple[Action, ...] = ()
    presets: tuple[Preset, ...] = ()
    group_by: tuple[str, ...] = ()
    name: str = ""
    label: str = ""
    where: Callable[[Env, type[Any]], ColumnElement[bool]] | None = None
    defaults: Mapping[str, Any] | None = None
    create: bool | str = True
    empty: str = ""
    """A sentence for the empty list: where such things come from."""
    template: str = ""
    """A template of the addon that replaces the generic page; it is given the same context."""
