"""Inventory counts and scrap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import Count, CountLine, CountState, LocationKind, Scrap, ScrapState, Tracking
from addons.erp_stock.services import background, counts, lots, scrap
from core.api import Action, Ask, Column, Field, Form, Lines, List, Menu, Section, Smart, Tab, _

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from addons.erp_stock.models import Location
    from core.api import Env


def _ours(_env: Env, _record: Any, location: type[Location]) -> ColumnElement[bool]:
    return location.kind == LocationKind.INTERNAL


def _apply(env: Env, count: Count) -> None:
    counts.apply(env, count)


def _has_lots(line: CountLine) -> bool:
    """The column stands for the whole count: it has tracked goods."""
    return any(
        one.product is not None and lots.tracking_of(one.product) is not Tracking.NONE
        for one in line.count.lines
    )


def _apply_on(env: Env, count: Count, on: date) -> Any:
    return background.count(env, count, on)


def _throw_away_on(env: Env, record: Scrap, on: date) -> Any:
    return background.throw_away(env, record, on)


def _throw_away(env: Env, record: Scrap) -> None:
    scrap.throw_away(env, record)


def _is_open(count: Count) -> bool:
    return count.state in {CountState.DRAFT, CountState.COUNTING}


VIEWS: tuple[Any, ...] = (
    List(
        Count,
        columns=("number", "location", "reason", "state", "counted_on"),
        filters=("state", "location", "counted_on"),
        default_sort="-id",
        empty=_("Count a shelf to put the books right."),
    ),
    Form(
        Count,
        title="number",
        subtitle="reason",
        status="state",
        steps=("draft", "counting", "done"),
        deletable=lambda c: c.state is CountState.DRAFT,
        sections=(
            Section(
                "",
                (
                    Field("location", options=_ours, readonly=lambda c: c.state is not CountState.DRAFT),
                    "reason",
                ),
                ("blind", Field("counted_on", readonly=True, visible=lambda c: c.counted_on is not None)),
            ),
        ),
        tabs=(
            Tab(
                _("Products"),
                Lines(
                    "lines",
                    (
                        "product",
                        Field("location", options=_ours, required=False),
                        Field(
                            "lot",
                            options=lambda _env, line, lot: lot.product_id == line.product_id,
                            visible=_has_lots,
                        ),
                        Field("expected", readonly=True, visible=lambda line: not line.count.blind),
                        "counted",
                        Field(
                            "difference",
                            label=_("Difference"),
                            kind="quantity",
                            visible=lambda line: not line.count.blind,
                        ),
                    ),
                    picker="product",
                    picked=counts.complete_line,
                    position="",
                ),
            ),
        ),
        actions=(
            Action(
                "start",
                service=counts.start,
                label=_("List the products"),
                icon="list",
                primary=True,
                visible=lambda c: c.state is CountState.DRAFT,
                done=_("Enter what is there."),
            ),
            Action(
                "apply",
                service=_apply,
                label=_("Apply the count"),
                icon="check",
                primary=lambda c: c.state is CountState.COUNTING,
                visible=_is_open,
                explain=_("The stock becomes what was counted; what is empty stays as it is."),
                confirm=lambda c: _("Apply {number}?", number=c.number),
                keep=_("Keep counting"),
            ),
            Action(
                "apply_on",
                service=_apply_on,
                label=_("Apply for another day…"),
                icon="calendar",
                visible=_is_open,
                menu=True,
                ask=(Ask("on", _("Day of the count"), kind="date", default=lambda env, _c: env.today()),),
                explain=_("What was counted was there at the end of that day; a later count stays as it is."),
            ),
            Action(
                "cancel",
                service=counts.cancel,
                label=_("Cancel"),
                icon="x",
                danger=True,
                menu=True,
                visible=_is_open,
                confirm=lambda c: _("Cancel {number}?", number=c.number),
                keep=_("Keep the count"),
            ),
        ),
    ),
    List(
        Scrap,
        columns=("number", "product", Column("quantity"), "unit", "location", "reason", "state", "done_on"),
        filters=("state", "product", "location", "done_on"),
        default_sort="-id",
        empty=_("Broken or expired goods are written off here, with a reason."),
    ),
    Form(
        Scrap,
        title="number",
        subtitle="reason",
        status="state",
        deletable=lambda s: s.state is ScrapState.DRAFT,
        sections=(
            Section(
                "",
                (
                    "product",
                    Field("lot", options=lambda _env, s, lot: lot.product_id == s.product_id),
                    "quantity",
                    "unit",
                ),
                (
                    Field("location", options=_ours),
                    "reason",
                    Field("done_on", readonly=True, visible=lambda s: s.done_on is not None),
                ),
            ),
        ),
        actions=(
            Action(
                "throw_away",
                service=_throw_away,
                label=_("Scrap"),
                icon="trash",
                primary=True,
                visible=lambda s: s.state is ScrapState.DRAFT,
                done=_("Scrapped."),
            ),
            Action(
                "throw_away_on",
                service=_throw_away_on,
                label=_("Scrap on another day…"),
                icon="calendar",
                visible=lambda s: s.state is ScrapState.DRAFT,
                menu=True,
                ask=(Ask("on", _("Day it was lost"), kind="date", default=lambda env, _s: env.today()),),
            ),
        ),
        smart=(
            Smart(
                "moves",
                _("Moves"),
                icon="arrows-exchange",
                count=lambda _env, s: 1 if s.move_id else None,
                url=lambda _env, s: f"/app/erp_stock/move/{s.move_id}",
            ),
        ),
    ),
)
MENUS = (
    Menu(
        _("Counts"),
        view="erp_stock.count",
        icon="clipboard-check",
        group="erp",
        sequence=45,
        under="erp_stock.quant",
    ),
    Menu(_("Scrap"), view="erp_stock.scrap", icon="trash", group="erp", sequence=46, under="erp_stock.quant"),
)
