"""Figures: charts of a model, and pages that put several figures together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sqlalchemy import ColumnElement

    from core.env import Env


@dataclass(frozen=True, slots=True)
class Period:
    """The days a dashboard is about, both included. ``kind``: "month", "quarter" or "year"."""

    start: date
    end: date
    kind: str = "quarter"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars (or a line) of a measure by one attribute, drawn on the server, with its table.

    by: a date or instant (with ``interval`` "day", "week", "month", "quarter", "year"), a choice or a
    relation.
    measure: "" counts; else a number stored in the database, added up.
    series: a choice with at most two values shown, the first one as fact, the second as forecast.
    on: the date a dashboard's period applies to; default ``by`` when it is a date.
    """

    model: type[Any]
    name: str
    label: str
    by: str
    measure: str = ""
    interval: str = "month"
    series: str = ""
    kind: str = "bar"
    where: Callable[[Env, type[Any]], ColumnElement[bool]] | None = None
    on: str = ""
    limit: int = 12


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of a dashboard. ``value(env, period)`` is asked again for the period compared with.

    better: "up" or "down": which direction is good. link: ``link(env, period)``: the list behind the figure.
    """

    name: str
    label: str
    value: Callable[[Env, Period], Any]
    kind: str = "money"
    better: str = "up"
    compare: bool = True
    note: Callable[[Env, Period], str] | None = None
    link: Callable[[Env, Period], str] | None = None


@dataclass(frozen=True, slots=True)
class ListPanel:
    """The first rows of a list, narrowed by filters written as in ``Preset``."""

    model: type[Any]
    label: str
    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    sort: str = ""
    limit: int = 6


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of figures at ``/app/<addon>/dashboard/<name>``, with a period selector."""

    name: str
    label: str
    kpis: tuple[Kpi, ...] = ()
    charts: tuple[Chart, ...] = ()
    lists: tuple[ListPanel, ...] = ()
    role: str = ""
    """Who may see it; default: whoever may read at least one of its models."""
