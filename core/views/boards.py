"""A board: the columns with their figures, the cards, and what a move does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, inspect, select

from core.errors import NotFound
from core.i18n import formats
from core.i18n.text import _
from core.views import saving
from core.views.access import may, may_act, readable
from core.views.addresses import url_of
from core.views.compile import currency_reader, writer
from core.views.declare import Column, Field
from core.views.fields import AMOUNTS, field_of
from core.views.inputs import Input, make_input
from core.views.query import ListQuery
from core.views.values import text_of

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.declare import Action, Drop, Kanban
    from core.views.fields import FieldMeta
    from core.views.lists import ListScreen

OF_LANE = 50
"""Cards shown in a column; the rest are reached by its count, which leads to the list."""


@dataclass
class Card:
    """One record of a column. Four lines at most."""

    id: int
    version: int
    title: str
    url: str
    line: str
    amount: str
    due: str
    tone: str
    owner: str


@dataclass
class Lane:
    """One column: the value its cards share, figures, cards."""

    key: str
    label: str
    count: int = 0
    sums: list[str] = field(default_factory=list)
    weighted: str = ""
    share: Decimal = Decimal(0)
    """Of the largest column's first sum, in per cent: the pale bar."""
    weighted_share: Decimal = Decimal(0)
    probability: str = ""
    cards: list[Card] = field(default_factory=list)
    list_url: str = ""


@dataclass
class Board:
    """Everything a board shows."""

    lanes: list[Lane]
    drops: list[Drop]
    actions: dict[str, Action]
    quick: list[Input]
    total: str
    weighted: str
    count: int
    may_move: bool
    weighs: bool = False
    elsewhere: int = 0
    """Records of the same filters that stand in no column, such as those of another company's pipeline."""
    list_url: str = ""


def board_of(env: Env, screen: ListScreen) -> Board:
    """Read a board for the filters of a list's state: two statements whatever the number of columns."""
    views = screen.views
    declared = kanban_of(views)
    meta = field_of(views.model, declared.group_by)
    columns = [Column(path) for path in declared.card if readable(env, field_of(views.model, path))]
    lanes = lanes_of(env, declared, meta)
    query = _query(env, screen, declared, [*columns, *(Column(path) for path in _weights(views, declared))])
    keys = [key for key, _label, _value in lanes]
    figures = _figures(env, query, declared, meta, lanes)
    sums_of = (sum(figures[key][1].values(), Decimal(0)) for key in keys if key in figures)
    largest = max(sums_of, default=Decimal(0))
    drawn = []
    for key, label, value in lanes:
        count, sums, weighted = figures.get(key, (0, {}, Decimal(0)))
        drawn.append(_lane(env, views, declared, key, label, value, count, sums, weighted, largest))
        drawn[-1].list_url = screen.state.with_filter(f"{meta.path}:{key}").replace(
            "view=kanban", "view=list"
        )
    by_key = {lane.key: lane for lane in drawn}
    for record in _records(env, query, meta, [value for _key, _label, value in lanes]):
        lane = by_key[_key_of(record, meta)]
        lane.cards.append(_card(env, views, declared, columns, record))
    drops = [drop for drop in declared.drops if (a := views.action(drop.action)) and may_act(env, a)]
    totals = _add([figures[key][1] for key in keys if key in figures])
    weights = sum((figures[key][2] for key in keys if key in figures), Decimal(0))
    return Board(
        lanes=drawn,
        drops=drops if may(env, "update", views.model) else [],
        actions={drop.action: action for drop in drops if (action := views.action(drop.action)) is not None},
        quick=_quick(env, views, declared),
        total=_money(env, views, declared, totals),
        weighted=_money(env, views, declared, {"": weights}) if declared.weight else "",
        count=sum(lane.count for lane in drawn),
        may_move=may(env, "update", views.model),
        weighs=bool(declared.weight),
        elsewhere=sum(one[0] for key, one in figures.items() if key not in by_key),
        list_url=screen.state.address(view="list"),
    )


def kanban_of(views: ModelViews) -> Kanban:
    """The board of a model, or NotFound."""
    if views.kanban is None:
        raise NotFound(_("There is no board here."))
    return views.kanban


def lanes_of(env: Env, declared: Kanban, meta: FieldMeta) -> list[tuple[str, str, Any]]:
    """The columns in order: (key in forms and addresses, label, value of the attribute that cards hold)."""
    if declared.lanes is not None:
        values = list(declared.lanes(env))
    elif meta.kind == "choice":
        values = list(meta.choices or ())
    else:
        target: Any = meta.target
        mapper = inspect(target)
        order = [getattr(target, name) for name in ("position", "sequence") if name in mapper.column_attrs]
        values = list(env.session.scalars(select(target).order_by(*order, target.id).limit(30)))
    if meta.kind == "relation":
        return [(str(value.id), str(value.display_name), value) for value in values]
    return [
        (str(getattr(value, "value", value)), str(getattr(value, "label", value)), value) for value in values
    ]


def _weights(views: ModelViews, declared: Kanban) -> list[str]:
    return (
        [declared.weight] if declared.weight and declared.weight in inspect(views.model).column_attrs else []
    )


def _query(env: Env, screen: ListScreen, declared: Kanban, columns: list[Column]) -> ListQuery:
    listed = screen.declared
    if declared.where is not None:
        board, base = declared.where, listed.where
        listed = replace(listed, where=(lambda e, m: base(e, m) & board(e, m)) if base is not None else board)
    return ListQuery(env, listed, screen.state, columns)


def _records(env: Env, query: ListQuery, meta: FieldMeta, values: list[Any]) -> list[Any]:
    """The newest cards of every column, by one statement that numbers the rows of each."""
    model: Any = query.model
    wanted = [value.id if meta.kind == "relation" else value for value in values]
    number = func.row_number().over(partition_by=meta.attribute, order_by=model.id.desc())
    ranked = select(model.id, number.label("n")).where(query.where(), meta.attribute.in_(wanted)).subquery()
    ids = list(env.session.scalars(select(ranked.c.id).where(ranked.c.n <= OF_LANE)))
    return query.records(ids)


def _figures(
    env: Env, query: ListQuery, declared: Kanban, meta: FieldMeta, lanes: list[tuple[str, str, Any]]
) -> dict[str, tuple[int, dict[str, Decimal], Decimal]]:
    """Count, first sum by currency, and weighted sum of each column."""
    model: Any = query.model
    summed = [path for path in declared.sums if readable(env, field_of(model, path))][:1]
    amount = field_of(model, summed[0]).attribute if summed else None
    parts: list[Any] = [meta.attribute.label("lane"), func.count().label("n")]
    currency = model.currency if "currency" in inspect(model).column_attrs else None
    if amount is not None:
        parts.append(func.sum(amount).label("total"))
        if declared.weight in inspect(model).column_attrs:
            parts.append((func.sum(amount * getattr(model, declared.weight)) / 100).label("weighted"))
    by = ["lane"]
    if currency is not None and amount is not None:
        parts.append(currency.label("code"))
        by.append("code")
    statement = select(*parts).select_from(model).where(query.where()).group_by(*by)
    weights = {key: _percent(value, declared.weight) for key, _label, value in lanes}
    found: dict[str, tuple[int, dict[str, Decimal], Decimal]] = {}
    for row in env.session.execute(statement):
        key = str(getattr(row.lane, "value", row.lane))
        count, sums, weighted = found.get(key, (0, {}, Decimal(0)))
        total = Decimal(getattr(row, "total", None) or 0)
        code = getattr(row, "code", "") or ""
        sums[code] = sums.get(code, Decimal(0)) + total
        more = getattr(row, "weighted", None)
        more = Decimal(more) if more is not None else total * (weights.get(key) or Decimal(0)) / 100
        found[key] = (count + row.n, sums, weighted + more)
    return found


def _percent(value: Any, weight: str) -> Decimal | None:
    found = getattr(value, weight, None) if weight else None
    return Decimal(found) if isinstance(found, int | Decimal) and not isinstance(found, bool) else None


def _add(sums: list[dict[str, Decimal]]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for one in sums:
        for code, amount in one.items():
            total[code] = total.get(code, Decimal(0)) + amount
    return total


def _money(env: Env, views: ModelViews, declared: Kanban, sums: dict[str, Decimal]) -> str:
    if not declared.sums or not readable(env, field_of(views.model, declared.sums[0])):
        return ""
    if field_of(views.model, declared.sums[0]).kind not in AMOUNTS:
        return " ".join(formats.format_number(total) for total in sums.values())
    own = str(env.company.currency)
    return " · ".join(
        formats.format_money(total, code or own, digits=0) for code, total in sorted(sums.items())
    )


def _lane(
    env: Env, views: ModelViews, declared: Kanban, key: str, label: str, value: Any, count: int,
    sums: dict[str, Decimal], weighted: Decimal, largest: Decimal,
) -> Lane:  # fmt: skip
    percent = _percent(value, declared.weight)
    total = sum(sums.values(), Decimal(0))
    return Lane(
        key=key,
        label=label,
        count=count,
        sums=[_money(env, views, declared, sums or {"": Decimal(0)})] if declared.sums else [],
        weighted=_money(env, views, declared, {"": weighted}) if declared.weight else "",
        share=_share(total, largest),
        weighted_share=_share(weighted, largest),
        probability=formats.format_percent(percent) if percent is not None else "",
    )


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return round(min(part / whole, Decimal(1)) * 100, 1) if whole > 0 and part > 0 else Decimal(0)


def _key_of(record: Any, meta: FieldMeta) -> str:
    value = getattr(record, meta.key or meta.name)
    return str(getattr(value, "value", value))


def _card(env: Env, views: ModelViews, declared: Kanban, columns: list[Column], record: Any) -> Card:
    made = Card(
        record.id,
        getattr(record, "version", 0) or 0,
        str(record.display_name),
        url_of(record),
        "",
        "",
        "",
        "",
        "",
    )
    currency = currency_reader(env, views.model)
    for column in columns[1:]:
        meta = field_of(views.model, column.path, kind=column.kind)
        value = meta.of(record)
        if value is None or value == "":
            continue
        if meta.kind in AMOUNTS and not made.amount:
            made.amount = formats.format_money(Decimal(value), currency(record), digits=0)
        elif meta.kind == "relation" and meta.target is not None and meta.target.model_name == "core.user":
            made.owner = str(value.display_name)
        elif not made.line:
            made.line = text_of(env, meta, value, record)
        elif not made.due:
            made.due, made.tone = _due(env, meta, value)
    return made


def _due(env: Env, meta: FieldMeta, value: Any) -> tuple[str, str]:
    tone = str(getattr(value, "tone", "") or "")
    if meta.kind == "date":
        today = env.today()
        tone = "bad" if value < today else "warn" if value == today else "ok"
    return writer(env, meta)(value), tone


def _quick(env: Env, views: ModelViews, declared: Kanban) -> list[Input]:
    if not declared.quick or not may(env, "create", views.model) or views.list.create is not True:
        return []
    record = saving.fresh(env, views.model)
    specs = saving.specs_of(views)
    found = []
    for path in declared.quick:
        spec = specs.get(path, Field(path))
        meta = field_of(views.model, path)
        if saving.is_writable(env, meta, spec, record):
            found.append(make_input(env, meta, spec, record, prefix="q"))
    return found


def move(env: Env, views: ModelViews, record: Any, key: str) -> Any:
    """Bring a card to another column, by the board's own service when it has one."""
    declared = kanban_of(views)
    meta = field_of(views.model, declared.group_by)
    lane = next((one for one in lanes_of(env, declared, meta) if one[0] == key), None)
    if lane is None:
        raise NotFound(_("There is no such column."))
    if saving.is_readonly(env, views, record):
        raise saving.NotEditable(record)
    with saving.unit(env, views):
        if declared.move is not None:
            return declared.move(env, record, lane[2])
        saving.put(env, record, meta, lane[2])
    return None
