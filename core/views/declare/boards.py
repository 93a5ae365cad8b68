"""Boards and calendars: the same records, laid out by stage or by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from core.env import Env


@dataclass(frozen=True, slots=True)
class Drop:
    """A place under the board where a card is dropped to run an action of the form ("Won", "Lost...").

    action: the name of the form's action; what it asks is asked in its dialog. key: the letter in the Move
    menu.
    """

    action: str
    label: str
    hint: str = ""
    tone: str = ""
    icon: str = "check"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kanban:
    """Columns by a choice or by a relation; cards of at most four lines.

    card: title, then customer, amount, next activity, owner; more than five paths are refused.
    sums: amounts added up in the head of a column; the first one draws its bar.
    weight: an attribute (per cent) of the record or of the column's record that weighs the first sum.
    lanes: values or records of the columns, in order; default: the values of the choice or all linked
    records.
    move: ``move(env, record, value)`` when a card changes column; default: the attribute is set.
    quick: fields asked when a card is created inside a column.
    """

    model: type[Any]
    group_by: str
    card: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    weight: str = ""
    lanes: Callable[[Env], Sequence[Any]] | None = None
    move: Callable[[Env, Any, Any], Any] | None = None
    quick: tuple[str, ...] = ()
    drops: tuple[Drop, ...] = ()
    where: Callable[[Env, type[Any]], ColumnElement[bool]] | None = None
    default: bool = False
    """True: the menu opens the board instead of the list."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Records by day, in a month or a week. start and end are dates or instants; a record without start is
    absent."""

    model: type[Any]
    start: str
    end: str = ""
    title: str = ""
    tone: Callable[[Any], str] | None = None
    default: bool = False
