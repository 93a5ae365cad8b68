"""Write records by the rules of their form: the same door for screens, imports and the API.

Values are typed (Decimal, date, record or id), never texts. What the form does not let a person edit is
refused; nothing is committed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from core.errors import Invalid, NotAllowed, NotFound, RuleBroken
from core.i18n.text import _
from core.orm.document import USE_ACTIONS
from core.security.guard import company_of
from core.views import documents
from core.views.access import may_act, readable, views_for
from core.views.catalog import lines_of, sections_of, views_of
from core.views.constraints import sentence
from core.views.declare import Field
from core.views.fields import TECHNICAL, field_of

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.declare import Action, Lines
    from core.views.fields import FieldMeta

Values = Mapping[str, Any]


class NotEditable(RuleBroken):
    def __init__(self, record: Any) -> None:
        document = type(record).__document__
        super().__init__(
            _("{name} can no longer be changed.", name=record.display_name),
            hint=document.closed_hint if document else USE_ACTIONS,
        )


class NotNow(RuleBroken):
    def __init__(self, action: Action, record: Any) -> None:
        super().__init__(
            _(
                "“{action}” is not possible for {name} in its present state.",
                action=action.label,
                name=record.display_name,
            ),
            hint=_("Open the page again to see what can be done now."),
        )


def fresh(env: Env, model: type[Any]) -> Any:
    """A record that is not stored yet, with the values its columns begin with."""
    record = model()
    for attribute in inspect(model).column_attrs:
        column = attribute.columns[0]
        default: Any = column.default
        if default is None or attribute.key in {"id", "created_at", "updated_at"} or default.is_sequence:
            continue
        if not env.access.shows_field(model, attribute.key):
            continue  # the database gives it its value when the record is written
        if default.is_scalar:
            setattr(record, attribute.key, default.arg)
        elif default.is_callable:
            setattr(record, attribute.key, default.arg(None))
    if "company_id" in inspect(model).column_attrs and record.company_id is None:
        record.company_id = env.company_id
    return record


def begin(env: Env, views: ModelViews) -> Any:
    """A new record as its page shows it: what its columns begin with, and what its form fills in."""
    record = fresh(env, views.model)
    for path, default in views.the_form.defaults.items():
        put(env, record, field_of(views.model, path), default(env))
    return record


def answer(question: Any, record: Any) -> Any:
    """A fixed answer of a declaration, or what its function says of the record."""
    return question(record) if callable(question) else question


def specs_of(views: ModelViews) -> dict[str, Field]:
    """The fields of a form by path, plain names made whole."""
    form = views.the_form
    found = {}
    for section in sections_of(form):
        for column in section.columns:
            for item in column:
                spec = Field(item) if isinstance(item, str) else item
                found[spec.path] = spec
    return found


def line_specs(lines: Lines) -> list[Field]:
    """The columns of editable lines, plain names made whole."""
    return [Field(item) if isinstance(item, str) else item for item in lines.columns]


def editable(env: Env, views: ModelViews, record: Any) -> dict[str, FieldMeta]:
    """What the person may edit on a record (or a new one) in its present state, by path."""
    form = views.the_form
    if answer(form.readonly, record):
        return {}
    found = {}
    elsewhere = record.locked_fields(env) if record.id is not None else {}
    for path, spec in specs_of(views).items():
        meta = field_of(views.model, path, kind=spec.kind)
        if path == form.status or path in elsewhere:
            continue
        if is_writable(env, meta, spec, record) and answer(spec.visible, record):
            found[path] = meta
    return found


def is_readonly(env: Env, views: ModelViews, record: Any) -> bool:
    """Whether a record has no inputs at all: its form says so, or it is a closed document without free
    fields."""
    if answer(views.the_form.readonly, record):
        return True
    return documents.is_closed(env, record) and not editable(env, views, record)


def writable_in_turn(
    env: Env, views: ModelViews, record: Any, paths: Collection[str]
) -> Iterator[tuple[str, FieldMeta, Field]]:
    """Those of some fields that take input, in the order of the form: what another one makes visible comes
    once that one was set."""
    specs = {path: spec for path, spec in specs_of(views).items() if path in paths}
    progress = True
    while specs and progress:
        progress = False
        for path, spec in list(specs.items()):
            meta = field_of(views.model, path, kind=spec.kind)
            if path == views.the_form.status or not answer(spec.visible, record):
                continue
            if is_writable(env, meta, spec, record):
                del specs[path]
                progress = True
                yield path, meta, spec


def is_writable(env: Env, meta: FieldMeta, spec: Field, record: Any) -> bool:
    """Whether one field takes input: stored, own, readable, not technical, not read-only."""
    if meta.hops or meta.name in TECHNICAL or meta.kind in {"many", "json", "any"}:
        return False
    if not (meta.stored or meta.kind == "tags") or not readable(env, meta):
        return False
    if not documents.is_typed(env, record, meta.name if meta.kind == "tags" else meta.key or meta.name):
        return False
    return not (spec.readonly is not None and answer(spec.readonly, record))


def writable(env: Env, model_name: str) -> list[FieldMeta]:
    """The fields a person may give a new record of a model, lines included."""
    views = views_for(env, model_name)
    record = fresh(env, views.model)
    fields = list(editable(env, views, record).values())
    return fields + [field_of(views.model, lines.path) for lines in lines_of(views.the_form)]


def update(env: Env, record: Any, values: Values) -> None:
    """Change fields of a record, as the form does."""
    views = views_of(env.registry).of(type(record))
    if is_readonly(env, views, record):
        raise NotEditable(record)
    refuse_unknown(views, values, editable(env, views, record))
    with env.within(company_of(env, record)), unit(env, views):
        with env.session.no_autoflush:
            assign(env, views, record, values)
            if views.the_form.changed is not None:
                views.the_form.changed(env, record, frozenset(values))
        missing = missing_fields(env, views, record)
        if missing:
            raise Invalid(fields=missing)


def delete(env: Env, record: Any) -> None:
    """Delete a record, unless its form keeps such records."""
    views = views_of(env.registry).of(type(record))
    form = views.the_form
    kept = answer(form.readonly, record) or not documents.is_deletable(env, record)
    if kept or not answer(form.deletable, record):
        raise RuleBroken(
            _("{name} cannot be deleted.", name=record.display_name),
            hint=_("Archive or cancel it instead: it is part of what happened."),
        )
    with env.within(company_of(env, record)), unit(env, views, deleting=record):
        env.session.delete(record)


def act(env: Env, record: Any, name: str, asked: Values) -> Any:
    """Run a business verb of a record, in its company. Raise NotFound for an unknown one, NotNow when it is
    not visible."""
    views = views_of(env.registry).of(type(record))
    action = views.action(name)
    if action is None:
        raise NotFound(_("There is no such action."))
    if not may_act(env, action):
        raise NotAllowed(_("Your role does not include “{action}”.", action=action.label))
    if action.visible is not None and not action.visible(record):
        raise NotNow(action, record)
    known = {ask.name: ask for ask in action.ask}
    unknown = sorted(set(asked) - set(known))
    if unknown:
        raise Invalid(fields=dict.fromkeys(unknown, _("This is not asked here.")))
    missing = [n for n, ask in known.items() if ask.required and asked.get(n) in (None, "")]
    if missing:
        raise Invalid(fields=dict.fromkeys(missing, _("Fill this in.")))
    with env.within(company_of(env, record)):
        result = action.service(env, record, **asked)
        env.session.flush()
    return result


def assign(env: Env, views: ModelViews, record: Any, values: Values) -> None:
    """Put values on a record: a relation by record or id, tags by records or ids."""
    specs = specs_of(views)
    for path, value in values.items():
        spec = specs.get(path)
        put(env, record, field_of(views.model, path, kind=spec.kind if spec else ""), value)


def put(env: Env, record: Any, meta: FieldMeta, value: Any) -> None:
    """Set one attribute; a linked record is looked up under the person's rules."""
    if meta.kind == "relation":
        linked = _linked(env, meta, value)
        setattr(record, meta.name, linked)
        setattr(record, meta.key, None if linked is None else linked.id)
    elif meta.kind == "tags":
        linked = {one.id: one for one in (_linked(env, meta, one) for one in value or ()) if one is not None}
        setattr(record, meta.name, [linked[number] for number in sorted(linked)])
    else:
        setattr(record, meta.name, value)


def _linked(env: Env, meta: FieldMeta, value: Any) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, int):
        return value
    linked = env.session.get(meta.target, value) if meta.target else None
    if linked is None:
        raise Invalid(fields={meta.path: _("Choose one from the list.")})
    return linked


def picker_of(spec: Lines, target: type[Any]) -> str:
    """The relation chosen in the last row: the declared one, else the first of the columns."""
    if spec.picker:
        return spec.picker
    paths = [column.path for column in line_specs(spec)]
    return next((path for path in paths if field_of(target, path).kind == "relation"), "")


def missing_fields(env: Env, views: ModelViews, record: Any) -> dict[str, str]:
    """A sentence for each required field of the form that is empty."""
    found: dict[str, str] = {}
    for path, spec in specs_of(views).items():
        meta = field_of(views.model, path, kind=spec.kind)
        if meta.hops or not answer(spec.visible, record):
            continue
        if is_required(meta, spec, record) and is_blank(record, meta):
            found[path] = _("Fill this in.") if meta.kind != "relation" else _("Choose one.")
    return found


def is_required(meta: FieldMeta, spec: Field, record: Any) -> bool:
    """Whether a field must be filled in on this record."""
    return bool(answer(spec.required, record)) if spec.required is not None else meta.required


def is_blank(record: Any, meta: FieldMeta) -> bool:
    """Whether nothing was said of a field."""
    value = getattr(record, meta.name, None)
    if meta.kind == "relation" and value is None:
        value = getattr(record, meta.key, None)
    return value is None or value == "" or value == []


@contextmanager
def unit(env: Env, views: ModelViews, *, deleting: Any = None) -> Iterator[None]:
    """A savepoint around a change: refused, nothing of it stays and the records read as before.

    What the database itself refuses becomes a sentence beside its field.
    """
    try:
        with env.session.begin_nested():
            yield
            env.session.flush()
    except IntegrityError as error:
        raise sentence(env, views.model, error, deleting) from error


def refuse_unknown(views: ModelViews, names: Iterable[str], allowed: Collection[str] = frozenset()) -> None:
    """Refuse fields that take no input, and names that are none."""
    refused = {}
    for name in names:
        if name not in allowed:
            refused[name] = (
                _("This cannot be edited.") if name in specs_of(views) else _("There is no such field.")
            )
    if refused:
        raise Invalid(fields=refused)
