"""All views of one set of enabled addons: collected, extended, checked and completed with derived ones."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.errors import AddonError
from core.hooks import guarded
from core.reports.render import reports_of
from core.views.declare import (
    Calendar,
    Chart,
    Column,
    Dashboard,
    Form,
    FormExtension,
    Kanban,
    Lines,
    List,
    ListExtension,
    Menu,
    MenuGroup,
    Section,
    Slot,
    Tab,
)
from core.views.derive import default_form, default_list
from core.views.extend import extend_form, extend_list, tab_name
from core.views.fields import field_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.registry.compose import Registry
    from core.views.declare import Action, View

log = logging.getLogger(__name__)
MENU_GROUPS = ("", "crm", "erp", "both", "settings")
"""Of the side bar, in its order; those that addons declare come after them."""


@dataclass
class ModelViews:
    """Every way one model is shown. ``lists`` is keyed by list name, "" being the default one."""

    model: type[Any]
    lists: dict[str, List] = field(default_factory=dict)
    form: Form | None = None
    kanban: Kanban | None = None
    calendar: Calendar | None = None
    charts: dict[str, Chart] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the model."""
        return str(self.model.model_name)

    @property
    def list(self) -> List:
        """The default list."""
        return self.lists[""]

    @property
    def the_form(self) -> Form:
        """The form, declared or derived."""
        assert self.form is not None  # noqa: S101 - ``Catalog`` completes every model before it is handed out
        return self.form

    def action(self, name: str) -> Action | None:
        """A business verb of the model: of its form or, for selections only, of its default list."""
        return next((a for a in (*self.the_form.actions, *self.list.actions) if a.name == name), None)


class Catalog:
    """The views of one registry. Raises AddonError when a declaration names something that is not there."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.models = {name: ModelViews(model) for name, model in registry.models.items()}
        self.dashboards: dict[str, Dashboard] = {}
        self.slots: dict[str, list[Slot]] = {}
        self._named: dict[tuple[str, ...], str] = {}
        declared = list(registry.declared("declare_views"))
        for unit, view in declared:
            self._take(view, unit)
        for views in self.models.values():
            self._complete(views)
        for unit, view in declared:
            self._extend(view, unit)
        for views in self.models.values():
            check(views)
            self._check_reports(views)
        for place in self.slots.values():
            place.sort(key=lambda slot: slot.sequence)
        self._take_menus()

    def of(self, model: type[Any] | str) -> ModelViews:
        """The views of a model, by name or by any of its classes."""
        return self.models[model if isinstance(model, str) else model.model_name]

    def _name_once(self, unit: str, place: str, kind: str, names: Iterable[str]) -> None:
        """Refuse the later of two addons that put something of one kind and name into a view."""
        for name in names:
            first = self._named.setdefault((place, kind, name), unit)
            if first != unit:
                what = f"the {kind} '{name}'" if name else f"the {kind}"
                raise self.registry.discovered.twice(what + (f" of '{place}'" if place else ""), first, unit)

    def _take(self, view: View, unit: str) -> None:
        if not isinstance(view, Slot | ListExtension | FormExtension):
            place = "" if isinstance(view, Dashboard) else view.model.model_name
            self._name_once(unit, place, type(view).__name__.lower(), [getattr(view, "name", "")])
        if isinstance(view, Dashboard):
            self._take_dashboard(view)
        elif isinstance(view, Slot):
            if view.context is not None:
                view = replace(view, context=guarded(view.context, unit, view.place))
            self.slots.setdefault(view.place, []).append(view)
        elif not isinstance(view, ListExtension | FormExtension):
            views = self.models[view.model.model_name]
            view = replace(view, model=self.registry[view.model])
            if isinstance(view, List):
                views.lists[view.name] = view
                self._name_parts(unit, view, f"{views.name}.list:{view.name}")
            elif isinstance(view, Form):
                views.form = view
                self._name_parts(unit, view, f"{views.name}.form")
            elif isinstance(view, Kanban):
                views.kanban = view
            elif isinstance(view, Calendar):
                views.calendar = view
            else:
                views.charts[view.name] = view

    def _take_menus(self) -> None:
        """The side bar; AddonError for an entry in a group that nobody declares: it would never be seen."""
        declared = list(self.registry.declared("declare_menus"))
        groups = [(unit, one) for unit, one in declared if isinstance(one, MenuGroup)]
        for unit, group in groups:
            self._name_once(unit, "", "menu group", [group.name])
        self.menu_groups = sorted((group for _unit, group in groups), key=lambda group: group.sequence)
        known = {*MENU_GROUPS, *(group.name for group in self.menu_groups)}
        menus = [(unit, one) for unit, one in declared if isinstance(one, Menu)]
        for unit, menu in menus:
            if menu.group not in known:
                raise AddonError(
                    f"The menu '{menu.label}' is in the group '{menu.group}', which nobody declares.",
                    hint="List a MenuGroup of this name in declare_menus.",
                    addon=unit.partition("__")[0],
                )
        self.menus = sorted((menu for _unit, menu in menus), key=lambda menu: menu.sequence)

    def _name_parts(self, unit: str, part: Any, view: str) -> None:
        """Refuse what another addon has put into the list or form already, by name."""
        self._name_once(unit, view, "action", [action.name for action in part.actions])
        if isinstance(part, List | ListExtension):
            self._name_once(unit, view, "column", [one.path for one in columns_of(part)])
            self._name_once(unit, view, "preset", [preset.name for preset in part.presets])
        else:
            self._name_once(unit, view, "field", fields_of(part))
            self._name_once(unit, view, "tab", [tab_name(tab) for tab in part.tabs])

    def _take_dashboard(self, view: Dashboard) -> None:
        charts = tuple(replace(chart, model=self.registry[chart.model]) for chart in view.charts)
        lists = tuple(replace(panel, model=self.registry[panel.model]) for panel in view.lists)
        for chart in charts:
            check_chart(chart, f"dashboard.{view.name}")
        for panel in lists:
            check_names(panel.model, (*panel.columns, panel.sort), f"dashboard.{view.name}")
            for text in panel.filters:
                check_filter(panel.model, text, f"dashboard.{view.name}")
        self.dashboards[view.name] = replace(view, charts=charts, lists=lists)

    def _complete(self, views: ModelViews) -> None:
        if "" not in views.lists:
            first = next(iter(views.lists.values()), None)
            views.lists[""] = replace(first, name="", where=None) if first else default_list(views.model)
        if views.form is None:
            views.form = default_form(views.model)
        for name, declared in views.lists.items():
            if not declared.columns:
                views.lists[name] = replace(declared, columns=default_list(views.model).columns)
        if not (views.form.sections or views.form.tabs):
            derived = default_form(views.model)
            views.form = replace(views.form, sections=derived.sections, tabs=derived.tabs)

    def _check_reports(self, views: ModelViews) -> None:
        known = reports_of(self.registry)
        for name in views.the_form.reports:
            if name not in known or known[name].model.model_name != views.name:
                raise AddonError(
                    f"View '{views.name}.form' prints '{name}', which is no report of its model."
                )

    def _extend(self, view: View, unit: str) -> None:
        if isinstance(view, ListExtension):
            views = self.models[view.model.model_name]
            names = [view.list_name] if view.list_name else list(views.lists)
            for name in names:
                if name not in views.lists:
                    log.warning("An extension of %s names the unknown list '%s'.", views.name, name)
                    continue
                self._name_parts(unit, view, f"{views.name}.list:{name}")
                views.lists[name] = extend_list(views.lists[name], view)
        elif isinstance(view, FormExtension):
            views = self.models[view.model.model_name]
            place = f"{views.name}.form"
            self._name_parts(unit, view, place)
            smart = tuple(
                replace(one, count=guarded(one.count, unit, f"{place}.{one.name}")) if one.count else one
                for one in view.smart
            )
            views.form = extend_form(views.the_form, replace(view, smart=smart))


def views_of(registry: Registry) -> Catalog:
    """The catalog of a registry, made once."""
    return registry.memo("core.views", Catalog)


def columns_of(declared: List | ListExtension) -> tuple[Column, ...]:
    """The columns of a list, plain names made whole."""
    return tuple(Column(column) if isinstance(column, str) else column for column in declared.columns)


def lines_of(form: Form) -> list[Lines]:
    """The editable lines of a form, in order."""
    return [part for tab in form.tabs for part in tab.content if isinstance(part, Lines)]


def fields_of(form: Form | FormExtension) -> list[str]:
    """The paths of the fields that a form has or an extension adds, those in tabs included."""
    added = () if isinstance(form, Form) else form.fields
    columns = [column for section in sections_of(form) for column in section.columns]
    return [item if isinstance(item, str) else item.path for column in (*columns, added) for item in column]


def sections_of(form: Form | FormExtension) -> list[Section]:
    """The sections of a form, those in tabs included."""
    return [*form.sections, *(part for tab in form.tabs for part in tab.content if isinstance(part, Section))]


def check(views: ModelViews) -> None:
    """Refuse a view of a model that names a field the model does not have."""
    model = views.model
    for name, declared in views.lists.items():
        view = f"{views.name}.list" + (f":{name}" if name else "")
        for column in columns_of(declared):
            field_of(model, column.path, view=view, kind=column.kind)
        check_names(model, (*declared.filters, declared.default_sort, *declared.group_by), view)
        for preset in declared.presets:
            where = f"{view}.{preset.name}"
            check_names(model, (preset.sort, *preset.group_by, *preset.columns), where)
            for text in preset.filters:
                check_filter(model, text, where)
    _check_form(views, f"{views.name}.form")
    if board := views.kanban:
        view = f"{views.name}.kanban"
        check_names(model, (board.group_by, *board.card, *board.sums, *board.quick), view)
        if len(board.card) > 5:
            raise AddonError(f"View '{view}' puts {len(board.card)} fields on a card; five is the most.")
        for drop in board.drops:
            if views.action(drop.action) is None:
                raise AddonError(f"View '{view}' drops on '{drop.action}', an action the form does not have.")
    if calendar := views.calendar:
        check_names(model, (calendar.start, calendar.end, calendar.title), f"{views.name}.calendar")
    for chart in views.charts.values():
        check_chart(chart, f"{views.name}.chart")


def _check_form(views: ModelViews, view: str) -> None:
    form = views.the_form
    for section in sections_of(form):
        for column in section.columns:
            check_names(views.model, [f if isinstance(f, str) else f.path for f in column], view)
    for text in (form.title, form.subtitle, form.status):
        if isinstance(text, str):
            check_names(views.model, (text,), view)
    for lines in lines_of(form):
        meta = field_of(views.model, lines.path, view=view)
        if meta.target is None:
            raise AddonError(f"View '{view}' shows '{lines.path}' as lines, which it is not.")
        names = [f if isinstance(f, str) else f.path for f in lines.columns]
        if lines.kind:
            names += [lines.kind, lines.text, lines.amount]
        check_names(meta.target, (*names, lines.picker), f"{view}.{lines.path}")
    seen: set[str] = set()
    for action in form.actions:
        if action.name in seen:
            raise AddonError(f"View '{view}' declares the action '{action.name}' twice.")
        seen.add(action.name)


def check_chart(chart: Chart, view: str) -> None:
    """Refuse a chart that names a field its model does not have, or measures what is not a stored number."""
    check_names(chart.model, (chart.by, chart.measure, chart.series, chart.on), f"{view}.{chart.name}")
    if chart.measure:
        meta = field_of(chart.model, chart.measure)
        if not (meta.numeric and meta.stored):
            raise AddonError(f"View '{view}.{chart.name}' adds up '{chart.measure}': not a stored number.")


def check_filter(model: type[Any], text: str, view: str) -> None:
    """Refuse a filter of a field that is not there, or for a value that its choices do not have."""
    path, _colon, wanted = text.partition(":")
    meta = field_of(model, path, view=view)
    known = {"yes", "no"} if meta.kind == "bool" else {member.value for member in meta.choices or ()}
    unknown = set(wanted.removeprefix("!").split(",")) - known - {"none", "any"}
    if meta.kind in {"bool", "choice"} and unknown:
        may_be = ", ".join(sorted(map(str, known)))
        raise AddonError(f"View '{view}' filters '{path}' by '{min(unknown)}'; it may be {may_be}.")


def check_names(model: type[Any], names: Iterable[str] | Sequence[str], view: str) -> None:
    """Refuse names of fields that a model does not have; a leading "-" and an interval after ":" are
    allowed."""
    for name in names:
        if name:
            field_of(model, name.removeprefix("-").partition(":")[0], view=view)


__all__ = ["Catalog", "ModelViews", "Tab", "check", "columns_of", "lines_of", "sections_of", "views_of"]
