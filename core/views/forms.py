"""Everything the page of a record shows, read and written out for one person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from core.errors import NotAllowed
from core.i18n.text import _
from core.reports.render import reports_of
from core.views import documents
from core.views.access import label, labels, may, may_run, readable
from core.views.addresses import base_of
from core.views.asks import Question, questions
from core.views.catalog import views_of
from core.views.declare import Field, Lines, Part, Section
from core.views.extend import tab_name
from core.views.fields import field_of
from core.views.formparts import Conflict, PartView, SectionView, SmartView, Step, TabView
from core.views.inputs import Input, comparable, make_input, visible_input
from core.views.lineviews import LinesView, TypedLines, lines_view
from core.views.saving import answer, editable, is_readonly, specs_of
from core.views.values import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.reports import Report
    from core.views.catalog import ModelViews
    from core.views.declare import Action, Slot, Smart
    from core.views.declare import Tab as TabSpec


PLACES = ("head", "side", "timeline", "foot", "menu", "actions")
"""Where other addons may draw on a form: under the ribbon, above the timeline, the timeline itself, at the
end, in "More actions", beside Print."""


@dataclass
class FormScreen:
    """The page of a record, or of a new one. All of it is read when it is made; the template only writes."""

    env: Env
    views: ModelViews
    record: Any
    sections: list[SectionView]
    tabs: list[TabView]
    steps: list[Step]
    actions: list[Action]
    smart: list[SmartView]
    warnings: list[str]
    readonly: bool
    title: str
    subtitle: str
    base: str
    thing: str
    things: str
    was: str = "{}"
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    line_conflicts: dict[str, list[Conflict]] = field(default_factory=dict)
    list_name: str = ""
    previous_url: str = ""
    next_url: str = ""
    place: str = ""
    """ "10 of 13" in the list the person came from."""
    came: str = ""
    """That list's query, which saving and acting carry along."""
    back: str = ""
    may_delete: bool = False
    may_create: bool = False
    reports: list[Report] = field(default_factory=list)
    slots: dict[str, list[PartView]] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether the record is not stored yet."""
        return self.record.id is None

    @property
    def url(self) -> str:
        """Where the record lies, or where a new one is sent."""
        return f"{self.base}{self.record.id}" if not self.is_new else f"{self.base}new"

    @property
    def version(self) -> int:
        """For optimistic locking."""
        return getattr(self.record, "version", None) or 0

    @property
    def heading(self) -> str:
        """The one h1."""
        return (
            str(self.record.display_name)
            if not self.is_new
            else str(_("New {thing}", thing=self.thing.lower()))
        )

    @property
    def name(self) -> str:
        """The model's name."""
        return self.views.name

    @property
    def primary(self) -> Action | None:
        """The one heavy button."""
        return next((a for a in self.actions if answer(a.primary, self.record)), None)

    @property
    def others(self) -> list[Action]:
        """Buttons beside the heavy one."""
        return [a for a in self.actions if a is not self.primary and not a.menu]

    @property
    def in_menu(self) -> list[Action]:
        """Actions in the menu."""
        return [a for a in self.actions if a is not self.primary and a.menu]

    @property
    def has_lines(self) -> bool:
        """Whether some tab has editable lines, which are saved together."""
        return any(
            isinstance(part, LinesView) and not part.readonly for tab in self.tabs for part in tab.content
        )

    @property
    def slot_context(self) -> dict[str, Any]:
        """What every slot's template is given."""
        return {"record": self.record, "env": self.env, "screen": self}

    def was_for(self, sections: list[SectionView]) -> str:
        """What the inputs of some sections hold now, for a form of their own."""
        known = json.loads(self.was)
        paths = [one.path for section in sections for column in section.columns for one in column]
        return json.dumps({path: known[path] for path in paths if path in known}, ensure_ascii=False)

    def label_of(self, path: str) -> str:
        """What a field is called, for the summary of errors."""
        everything = [
            *self.sections,
            *(p for t in self.tabs for p in t.content if isinstance(p, SectionView)),
        ]
        inputs = [one for section in everything for column in section.columns for one in column]
        return next((one.label for one in inputs if one.path == path), path)

    def questions(self, action: Action) -> list[Question]:
        """What an action asks first."""
        return questions(self.env, action, self.record)

    def conflict_forms(self) -> list[tuple[str, list[Conflict]]]:
        """The addresses that take the answers to conflicts, each with its conflicts."""
        groups = [(f"{self.url}/set", self.conflicts)]
        groups += [(f"{self.url}/lines/{path}", found) for path, found in self.line_conflicts.items()]
        return [(address, found) for address, found in groups if found]

    def lines_errors(self) -> list[str]:
        """Sentences about lines."""
        return [
            text
            for tab in self.tabs
            for part in tab.content
            if isinstance(part, LinesView)
            for text in part.errors.values()
        ]


@dataclass
class Typed:
    """What was typed and could not be kept: shown again where it was typed, with its sentence."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    """The fields shown as they were typed instead of as they are stored."""
    errors: dict[str, str] = field(default_factory=dict)
    lines: dict[str, TypedLines] = field(default_factory=dict)


def form_screen(
    env: Env, views: ModelViews, record: Any, typed: Typed | None = None, **more: Any
) -> FormScreen:
    """Read everything a record's page shows."""
    form = views.the_form
    typed = typed or Typed()
    is_new = record.id is None
    allowed = may(env, "create" if is_new else "update", views.model)
    readonly = is_readonly(env, views, record) or not allowed
    inputs = _inputs(env, views, record, readonly, typed)
    screen = FormScreen(
        env=env,
        views=views,
        record=record,
        sections=[_section(env, record, s, inputs) for s in form.sections if answer(s.visible, record)],
        tabs=[
            _tab(env, views, record, tab, inputs, readonly, typed)
            for tab in form.tabs
            if answer(tab.visible, record)
        ],
        steps=_steps(views, record),
        actions=[] if is_new else actions_for(env, views, record),
        smart=[] if is_new else _smart_buttons(env, views, record),
        warnings=[str(text) for text in (form.warn(env, record) if form.warn is not None else ())],
        readonly=readonly,
        title=_said(views, record, form.title) or (str(record.display_name) if not is_new else ""),
        subtitle=_said(views, record, form.subtitle),
        base=base_of(views.model),
        thing=label(views.model),
        things=labels(views.model),
        was=_was(env, views, record, readonly),
        errors=typed.errors,
        may_delete=not (is_new or readonly) and _may_delete(env, views, record),
        may_create=may(env, "create", views.model) and views.list.create is True,
        reports=[] if is_new else reports_of_form(env, views),
        slots=_slots(env, views, record),
        **more,
    )
    screen.tabs = [tab for tab in screen.tabs if tab.content]
    screen.sections = [section for section in screen.sections if any(section.columns)]
    return screen


def reports_of_form(env: Env, views: ModelViews) -> list[Report]:
    """The documents a form offers under Print, in its order."""
    known = reports_of(env.registry)
    return [known[name] for name in views.the_form.reports]


def _may_delete(env: Env, views: ModelViews, record: Any) -> bool:
    kept = not (answer(views.the_form.deletable, record) and documents.is_deletable(env, record))
    return not kept and may(env, "delete", views.model)


def _inputs(env: Env, views: ModelViews, record: Any, readonly: bool, typed: Typed) -> dict[str, Input]:
    found = {}
    elsewhere = record.locked_fields(env) if record.id is not None else {}
    for path, spec in specs_of(views).items():
        meta = field_of(views.model, path, kind=spec.kind)
        if visible_input(env, meta, spec, record):
            error = typed.errors.get(path, "")
            kept = typed.values[path][-1] if path in typed.kept and typed.values.get(path) else None
            locked = readonly or path == views.the_form.status or path in elsewhere
            found[path] = make_input(env, meta, spec, record, locked=locked, typed=kept, error=error)
            found[path].lock = str(elsewhere.get(path, ""))
    return found


def _section(env: Env, record: Any, section: Section, inputs: dict[str, Input]) -> SectionView:
    columns = [[inputs[p] for p in map(_path, column) if p in inputs] for column in section.columns]
    return SectionView(str(section.title), columns)


def _path(item: str | Field) -> str:
    return item if isinstance(item, str) else item.path


def _tab(
    env: Env,
    views: ModelViews,
    record: Any,
    tab: TabSpec,
    inputs: dict[str, Input],
    readonly: bool,
    typed: Typed,
) -> TabView:
    content: list[LinesView | SectionView | PartView] = []
    count = tab.count(env, record) if tab.count is not None and record.id is not None else None
    for part in tab.content:
        if isinstance(part, Section):
            section = _section(env, record, part, inputs)
            if any(section.columns):
                content.append(section)
        elif isinstance(part, Lines):
            if not readable(env, field_of(views.model, part.path)):
                continue
            drawn = lines_view(env, views, record, part, locked=readonly, typed=typed.lines.get(part.path))
            count = len(drawn.rows) if count is None else count
            content.append(drawn)
        elif record.id is not None and (piece := _part(env, record, part)) is not None:
            content.append(piece)
    return TabView(tab_name(tab).replace(".", "-").replace("/", "-"), str(tab.title), count, content)


def _part(env: Env, record: Any, part: Part | Slot) -> PartView | None:
    """A piece by an addon; None when it has nothing to show, or only what the person may not see."""
    try:
        context = part.context(env, record) if part.context is not None else {}
    except NotAllowed:
        return None
    return None if context is None else PartView(part.template, context)


def _steps(views: ModelViews, record: Any) -> list[Step]:
    form = views.the_form
    if not form.status:
        return []
    meta = field_of(views.model, form.status)
    members = {member.value: member for member in meta.choices or ()}
    here = getattr(record, form.status)
    values = list(form.steps or members)
    if here is not None and here.value not in values:
        return [Step(str(here.label), "here", here.tone)]
    at = values.index(here.value) if here is not None else 0
    return [
        Step(str(members[value].label), "done" if n < at else "here" if n == at else "ahead")
        for n, value in enumerate(values)
    ]


def actions_for(env: Env, views: ModelViews, record: Any) -> list[Action]:
    """The business verbs that are possible now and that the person's roles include."""
    found = [a for a in views.the_form.actions if may_run(env.access, views.model, a)]
    return [a for a in found if a.visible is None or a.visible(record)]


def _smart_buttons(env: Env, views: ModelViews, record: Any) -> list[SmartView]:
    there = [smart for smart in views.the_form.smart if answer(smart.visible, record)]
    drawn = [_smart(env, smart, record) for smart in there]
    return [one for one in drawn if one is not None]


def _smart(env: Env, smart: Smart, record: Any) -> SmartView | None:
    if smart.target:
        model = env.registry.models.get(smart.target)
        if model is None or not may(env, "read", model):
            return None
        meta = field_of(model, smart.via, view=smart.target)
        statement = select(func.count()).select_from(model).where(meta.attribute == record.id)
        count = int(env.session.scalar(statement) or 0)
        query = urlencode(
            [("list", smart.list_name)] * bool(smart.list_name) + [("f", f"{smart.via}:{record.id}")]
        )
        return SmartView(str(smart.label), smart.icon, f"{base_of(model)}?{query}", count)
    try:
        shown = smart.count(env, record) if smart.count is not None else None
    except NotAllowed:
        return None
    if smart.count is not None and shown is None:
        return None
    url = smart.url(env, record) if smart.url is not None else ""
    return SmartView(str(smart.label), smart.icon, url, shown) if url else None


def _said(views: ModelViews, record: Any, text: Any) -> str:
    if callable(text):
        return str(text(record) or "")
    if not text:
        return ""
    meta = field_of(views.model, text)
    value = meta.of(record)
    return "" if value is None else plain_text(meta, value)


def _was(env: Env, views: ModelViews, record: Any, readonly: bool) -> str:
    if readonly:
        return "{}"
    fields = editable(env, views, record)
    return json.dumps(
        {path: comparable(env, meta, record) for path, meta in fields.items()}, ensure_ascii=False
    )


def _slots(env: Env, views: ModelViews, record: Any) -> dict[str, list[PartView]]:
    """What other addons draw at the named places of this form."""
    found: dict[str, list[PartView]] = {place: [] for place in PLACES}
    if record.id is None:
        return found
    catalog = views_of(env.registry)
    for place in PLACES:
        for slot in (*catalog.slots.get(f"{views.name}.{place}", ()), *catalog.slots.get(f"*.{place}", ())):
            if (piece := _part(env, record, slot)) is not None:
                found[place].append(piece)
    return found


def load_record(env: Env, views: ModelViews, record_id: int, *, lock: bool = False) -> Any:
    """The record of a page, with what its form shows; NotFound when the person may not see it."""
    return env.get(views.model, record_id, lock=lock)


def refuse_create(env: Env, views: ModelViews) -> None:
    """Raise NotAllowed when the person may not make such a record, or nobody makes one by hand."""
    if views.list.create is False:
        raise NotAllowed(
            _("{what} cannot be created here.", what=str(views.model.__labels__ or views.model.model_name)),
            hint=_("They come from an action, from another record, or from the page under Settings."),
        )
    if not may(env, "create", views.model):
        raise NotAllowed(
            _("You may not create {thing}.", thing=label(views.model).lower()),
            hint=_("An administrator can give you a role that includes it."),
        )
