"""Everything the page of a list shows, read and written out for one person."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from sqlalchemy import select

from core.i18n import formats
from core.i18n.text import _, ngettext
from core.views import filters as facets
from core.views.access import label, labels, may, may_act, readable
from core.views.addresses import base_of
from core.views.asks import Question, questions
from core.views.compile import currency_reader, places
from core.views.fields import AMOUNTS, FILTERABLE, GROUPABLE, NUMBERS, field_of, fields_of
from core.views.groups import INTERVAL_WORDS, group_filter, interval_label
from core.views.opening import all_columns, company_paths, preset_state, shown_columns
from core.views.parts import Facet, Head, Option, Tab
from core.views.query import COUNT_CAP, ListQuery, Sums
from core.views.saved import default_query, saved_views
from core.views.saving import fresh
from core.views.state import ListState, parse_state
from core.views.values import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.declare import Action, Column, List
    from core.views.fields import FieldMeta
    from core.views.query import Group, ListPage

# icons: list layout-kanban calendar chart-bar
SWITCHES = (
    ("", "list", _("List")),
    ("kanban", "layout-kanban", _("Board")),
    ("calendar", "calendar", _("Calendar")),
    ("chart", "chart-bar", _("Chart")),
)


@dataclass
class ListScreen:
    """The page of a list. Everything that costs a statement is read once, when the template asks for it."""

    env: Env
    views: ModelViews
    declared: List
    state: ListState
    columns: tuple[Column, ...]
    saved: list[Any] = field(default_factory=list)

    @cached_property
    def query(self) -> ListQuery:
        """The rows."""
        return ListQuery(self.env, self.declared, self.state, self.columns)

    @cached_property
    def page(self) -> ListPage:
        """The rows of this page."""
        return self.query.page()

    @property
    def model(self) -> type[Any]:
        """The composed class."""
        return self.views.model

    @property
    def base(self) -> str:
        """Where the list lies: "/app/crm_sales/opportunity/"."""
        return base_of(self.model)

    @property
    def title(self) -> str:
        """The one heading."""
        return str(self.declared.label) if self.declared.label else labels(self.model)

    @property
    def thing(self) -> str:
        """What one of the rows is."""
        return label(self.model)

    @property
    def new_url(self) -> str:
        """Where a new one is written; empty when the person may not, or only a service does."""
        if not self.declared.create or not may(self.env, "create", self.model):
            return ""
        own = self.declared.create if isinstance(self.declared.create, str) else f"{self.base}new"
        return own + (f"?{urlencode({'list': self.declared.name})}" if self.declared.name else "")

    @property
    def may_import(self) -> bool:
        """Whether rows may be brought in from a file."""
        return self.declared.create is True and may(self.env, "create", self.model)

    @property
    def switches(self) -> list[tuple[str, str, str, bool]]:
        """The other ways of showing the model: (address, icon, label, current)."""
        there = {
            "": True,
            "kanban": self.views.kanban is not None,
            "calendar": self.views.calendar is not None,
            "chart": bool(self.views.charts),
        }
        shown = self.shown_as
        found = [
            (
                self.state.address(view=view or ("list" if self._opens_as_board else "")),
                icon,
                str(text),
                view == shown,
            )
            for view, icon, text in SWITCHES
            if there[view]
        ]
        return found if len(found) > 1 else []

    @property
    def shown_as(self) -> str:
        """ "kanban", "calendar" or "chart" when the address or the board asks for it, else the list ("")."""
        view = self.state.view
        if view == "kanban" or (not view and self._opens_as_board):
            return "kanban" if self.views.kanban is not None else ""
        if view == "calendar":
            return "calendar" if self.views.calendar is not None else ""
        return "chart" if view == "chart" and self.views.charts else ""

    @property
    def _opens_as_board(self) -> bool:
        return self.views.kanban is not None and self.views.kanban.default

    # -- tabs, facets, menus -------------------------------------------------------------------------------

    @cached_property
    def tabs(self) -> list[Tab]:
        """Ready-made views, pinned saved views, and everything."""
        plain = self.state.address(saved="").removeprefix("?")
        tabs = []
        for preset in self.declared.presets:
            state = replace(preset_state(self.declared, preset), view=self.state.view)
            count = self._count_of(state) if preset.count else None
            tabs.append(
                Tab(str(preset.label), state.address(), state.address().removeprefix("?") == plain, count)
            )
        tabs.extend(self._saved_tab(view) for view in self.saved if view.pinned)
        address = ListState(list_name=self.declared.name, view=self.state.view).address()
        if tabs and all(tab.url != address for tab in tabs):
            current = not any(tab.current for tab in tabs) and address.removeprefix("?") == plain
            tabs.append(Tab(str(_("All")), address, current))
        return tabs

    @property
    def other_views(self) -> list[Tab]:
        """Saved views that are not pinned."""
        return [self._saved_tab(view) for view in self.saved if not view.pinned]

    def _saved_tab(self, view: Any) -> Tab:
        query = f"{view.query}&saved={view.id}" if view.query else f"saved={view.id}"
        return Tab(view.name, f"?{query}", self.state.saved == str(view.id), saved_id=view.id)

    def _count_of(self, state: ListState) -> int:
        return ListQuery(self.env, self.declared, state, ()).count(99)

    @property
    def is_own_view(self) -> bool:
        """Whether the saved view shown belongs to the person, who may then change or delete it."""
        return any(str(v.id) == self.state.saved and v.user_id == self.env.user.id for v in self.saved)

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """Names of the linked records that facets speak of, one statement for each model."""
        wanted: dict[Any, set[int]] = {}
        for one in self.query.filters:
            if one.meta.kind in {"relation", "tags"}:
                wanted.setdefault(one.meta.target, set()).update(int(v) for v in one.values if v.isdigit())
        found = {}
        for target, ids in wanted.items():
            if ids:
                for record in self.env.session.scalars(select(target).where(target.id.in_(ids))):
                    found[target.model_name, str(record.id)] = str(record.display_name)
        return found

    @property
    def facets(self) -> list[Facet]:
        """What narrows and groups the list."""
        found = [
            Facet(str(one.meta.label), facets.words(self.env, one, self.names), self.state.without(one.text))
            for one in self.query.filters
        ]
        if self.state.q:
            found.append(Facet(str(_("Contains")), f"“{self.state.q}”", self.state.address(q="")))
        for text, (meta, interval) in zip(self.state.group_by, self.query.groups(), strict=False):
            others = tuple(other for other in self.state.group_by if other != text)
            said = f"{meta.label}, {INTERVAL_WORDS[interval]}" if interval else str(meta.label)
            found.append(Facet(str(_("Grouped by")), said, self.state.address(group_by=others, fold=False)))
        return found

    def filter_fields(self) -> list[FieldMeta]:
        """The fields of the filter menu: those the view names first, then every other one that fits."""
        paths = (*self.declared.filters, *company_paths(self.env, self.model))
        named = [field_of(self.model, path) for path in paths]
        others = [m for m in fields_of(self.model) if m.path not in paths]
        fitting = [m for m in (*named, *others) if m.kind in FILTERABLE and m.stored]
        return [meta for meta in fitting if readable(self.env, meta)]

    def group_options(self) -> list[Option]:
        """The fields of the group menu; choosing adds a level, choosing again takes it away."""
        chosen = {text.partition(":")[0]: text for text in self.state.group_by}
        found = []
        for meta in self.filter_fields():
            if meta.kind not in GROUPABLE:
                continue
            if meta.path in chosen:
                left = tuple(text for text in self.state.group_by if text != chosen[meta.path])
                found.append(Option(str(meta.label), self.state.address(group_by=left), True, meta.path))
            elif len(chosen) < 3:
                more = (*self.state.group_by, meta.path)
                found.append(Option(str(meta.label), self.state.address(group_by=more), False, meta.path))
        return found

    def column_options(self) -> list[Option]:
        """Every column there may be, with the address that shows or hides it."""
        shown = [column.path for column in self.columns]
        found = []
        for column in all_columns(self.env, self.declared):
            chosen = column.path in shown
            after = [path for path in shown if path != column.path] if chosen else [*shown, column.path]
            if chosen and len(shown) == 1:
                continue
            meta = field_of(self.model, column.path, kind=column.kind)
            address = self.state.address(
                columns=tuple(after), after=self.state.after, before=self.state.before
            )
            found.append(Option(str(column.label or meta.label), address, chosen, column.path))
        return found

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns."""
        sorted_by, descending = self.query.sort()
        found = []
        for column, meta in zip(self.columns, self.query.metas, strict=True):
            here = sorted_by is not None and sorted_by.path == meta.path
            sortable = meta.stored and meta.kind not in {"tags", "many", "json", "any"}
            sort = "" if not sortable else "none" if not here else "descending" if descending else "ascending"
            downwards = not descending if here else meta.kind in {"date", "datetime"} | NUMBERS
            url = self.state.address(sort=("-" if downwards else "") + meta.path) if sortable else ""
            found.append(Head(str(column.label or meta.label), meta.numeric, sort, url))
        return found

    # -- figures -------------------------------------------------------------------------------------------

    @property
    def foot(self) -> list[str]:
        """The totals of this page, one text for each column."""
        summed = {meta.path for meta in self.query.summed()}
        return [self._page_sum(meta) if meta.path in summed else "" for meta in self.query.metas]

    def _page_sum(self, meta: FieldMeta) -> str:
        sums: dict[str, Decimal] = {}
        currency = currency_reader(self.env, self.model)
        for row in self.page.rows:
            value = meta.of(row.record)
            if value is not None:
                code = currency(row.record) if meta.kind in AMOUNTS else ""
                sums[code] = sums.get(code, Decimal(0)) + value
        return self.written_sum(meta, sums)

    def written_sum(self, meta: FieldMeta, sums: dict[str, Decimal]) -> str:
        """Totals by currency, side by side; amounts of different currencies are never added up."""
        if meta.kind not in AMOUNTS:
            return " ".join(formats.format_number(total) for total in sums.values())
        own = str(self.env.company.currency) if self.env.company_id else "EUR"
        return " · ".join(formats.format_money(total, code or own) for code, total in sorted(sums.items()))

    @property
    def lead(self) -> int:
        """How many columns stand before the first one that is summed."""
        summed = {meta.path for meta in self.query.summed()}
        return next((n for n, meta in enumerate(self.query.metas) if meta.path in summed), len(self.columns))

    @property
    def sum_at(self) -> int:
        """The column whose figure a phone shows."""
        return [*places(self.columns, self.query.metas), "c-sum"].index("c-sum")

    def group_label(self, group: Group) -> str:
        """What a group row says."""
        if group.value is None or group.value == "":
            return str(_("No {field}", field=str(group.meta.label).lower()))
        if group.interval:
            return interval_label(group.value, group.interval)
        return plain_text(group.meta, group.value)

    def group_sums(self, sums: Sums) -> list[str]:
        """The subtotals of a group, one text for each column."""
        summed = {meta.path for meta in self.query.summed()}
        return [
            self.written_sum(meta, sums.get(meta.path, {})) if meta.path in summed else ""
            for meta in self.query.metas
        ]

    def group_url(self, group: Group) -> str:
        """The address of the rows of a folded group."""
        text = group_filter(group)
        if not text:
            return self.state.address(fold=False)
        others = tuple(t for t in self.state.group_by if t.partition(":")[0] != group.meta.path)
        return replace(self.state, group_by=others, fold=False).with_filter(text)

    @cached_property
    def total(self) -> int:
        """How many match, up to one more than the cap."""
        return self.query.count(None if self.state.count else COUNT_CAP)

    @property
    def counted(self) -> str:
        """ "1-50 of 10,000+"."""
        rows = len(self.page.rows)
        if not rows:
            return str(_("None"))
        capped = self.total > COUNT_CAP and not self.state.count
        number = formats.format_number(Decimal(COUNT_CAP if capped else self.total))
        total = f"{number}+" if capped else number
        first = formats.format_number(Decimal(self.state.start))
        last = formats.format_number(Decimal(self.state.start + rows - 1))
        return str(_("{first}–{last} of {total}", first=first, last=last, total=total))

    @property
    def may_count_all(self) -> bool:
        """Whether the count shown is only a beginning."""
        return self.total > COUNT_CAP and not self.state.count

    @property
    def summary(self) -> str:
        """ "13 rows" for the foot."""
        return str(ngettext("{count} row", "{count} rows", len(self.page.rows)))

    @property
    def next_url(self) -> str:
        """The next page, or nothing."""
        if not self.page.after:
            return ""
        return self.state.address(
            after=self.page.after, before="", start=self.state.start + len(self.page.rows)
        )

    @property
    def previous_url(self) -> str:
        """The page before, or nothing."""
        if not self.page.before:
            return ""
        start = max(1, self.state.start - self.state.size)
        return self.state.address(before=self.page.before, after="", start=start)

    @property
    def narrowed(self) -> bool:
        """Whether filters or words hide something."""
        return bool(self.query.filters or self.state.q)

    @property
    def may_edit(self) -> bool:
        """Whether fields of many may be changed at once: only where the form is not read-only for all."""
        return may(self.env, "update", self.model) and self.views.the_form.readonly is not True

    @property
    def may_delete(self) -> bool:
        """Whether many may be deleted at once."""
        return may(self.env, "delete", self.model) and self.views.the_form.deletable is not False

    def questions(self, action: Action) -> list[Question]:
        """What an action asks first, before any record is known."""
        return questions(self.env, action, fresh(self.env, self.model))

    def bulk_actions(self) -> list[Action]:
        """What can be done with a selection, when the person may change such records."""
        if not may(self.env, "update", self.model):
            return []
        found = [*self.declared.actions, *(a for a in self.views.the_form.actions if a.bulk)]
        return list({action.name: action for action in found if may_act(self.env, action)}.values())


def list_screen(env: Env, views: ModelViews, query: Mapping[str, Sequence[str]]) -> ListScreen:
    """The page of a list for the query of its address. An empty query opens the person's default view."""
    state = parse_state(query)
    declared = views.lists.get(state.list_name) or views.list
    kept = saved_views(env, views.name, declared.name)
    bare = not any(name for name in query if name not in {"list", "view"})
    if bare and (chosen := default_query(kept, env.user.id)) is not None:
        state = replace(parse_state(parse_qs(chosen.query)), saved=str(chosen.id), list_name=state.list_name)
    elif bare and declared.presets and not query.get("all"):
        first = preset_state(declared, declared.presets[0])
        state = replace(first, view=state.view)
    return ListScreen(env, views, declared, state, shown_columns(env, declared, state), kept)
