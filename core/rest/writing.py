"""Create, change, delete, act: by the rules of the model's form, as a person would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import inspect

from core.errors import Invalid, NotAllowed, NotFound, RuleBroken
from core.i18n import _
from core.orm.model import Model
from core.rest.reading import check_number
from core.views.catalog import sections_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env
    from core.rest.schemas import Attribute, LineShape, Shape
    from core.views.declare import Action


def create(env: Env, shape: Shape, body: bytes) -> Any:
    """Create a record with its lines, and return it."""
    if shape.create is None:
        raise NotAllowed(_("{what} cannot be created here.", what=str(shape.model.__labels__ or shape.name)))
    given = _given(msgspec.json.decode(body or b"{}", type=shape.create))
    line_values = {path: given.pop(path, []) for path in shape.lines}
    values = _checked(env, given, shape.attributes)
    form = shape.views.the_form
    _refuse_foreign_company(env, values)
    with env.session.no_autoflush:
        if form.create is not None:
            record = form.create(env, values)
        else:
            record = with_defaults(shape.model(**values))
            env.session.add(record)
        for path, rows in line_values.items():
            for position, row in enumerate(rows, 1):
                _add_line(env, shape.lines[path], record, path, _given(row), position)
    if form.changed is not None:
        form.changed(env, record, frozenset(values))
    env.session.flush()
    for path in shape.lines:
        for line in getattr(record, path):
            env.session.refresh(line)
    env.session.refresh(record)
    return record


def change(env: Env, shape: Shape, record: Any, body: bytes) -> None:
    """Set the fields that the body names."""
    if shape.update is None:
        raise NotAllowed(_("{what} cannot be changed here.", what=str(shape.model.__labels__ or shape.name)))
    values = _checked(env, _given(msgspec.json.decode(body, type=shape.update)), shape.attributes)
    form = shape.views.the_form
    if form.readonly(record) if callable(form.readonly) else form.readonly:
        raise RuleBroken(
            _("{name} can no longer be changed.", name=record.display_name),
            hint=_("Use one of its actions instead."),
        )
    closed = {name: _("This field cannot be changed now.") for name in _closed(shape, record, values)}
    if closed:
        raise Invalid(fields=closed)
    for name, value in values.items():
        setattr(record, name, value)
    if form.changed is not None:
        form.changed(env, record, frozenset(values))
    env.session.flush()
    env.session.refresh(record)


def delete(env: Env, shape: Shape, record: Any) -> None:
    """Delete a record."""
    deletable = shape.views.the_form.deletable
    if not shape.deletable or not (deletable(record) if callable(deletable) else deletable):
        raise RuleBroken(
            _("{name} cannot be deleted.", name=record.display_name),
            hint=_("Use one of its actions instead, such as archiving or cancelling it."),
        )
    env.session.delete(record)
    env.session.flush()


def act(env: Env, shape: Shape, record: Any, verb: str, body: bytes) -> Any:
    """Call a business verb, the same service as its button; return what it returns."""
    if verb not in shape.actions:
        raise NotFound(_("There is no action {verb} here.", verb=verb[:60]))
    action, asked = shape.actions[verb]
    if action.visible is not None and not action.visible(record):
        raise RuleBroken(
            _("{action} is not possible for {name} now.", action=action.label, name=record.display_name),
            hint=_("Read the record again: it may have been done already."),
        )
    values = _given(msgspec.json.decode(body or b"{}", type=asked))
    result = action.service(env, record, **_arguments(env, action, record, values))
    env.session.flush()
    return result


def _arguments(env: Env, action: Action, record: Any, given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for ask in action.ask:
        value = given.get(ask.name, UNSET)
        if value is UNSET:
            value = ask.default(env, record) if ask.default else None
        elif ask.kind == "relation" and ask.model and value is not None:
            model = env.registry.model(ask.model) if isinstance(ask.model, str) else env[ask.model]
            value = env.session.get(model, value)
            if value is None:
                raise Invalid(fields={ask.name: _("There is no such record.")})
        found[ask.name] = value
    return found


def _given(struct: Struct) -> dict[str, Any]:
    found = {name: getattr(struct, name) for name in struct.__struct_fields__}
    return {name: value for name, value in found.items() if value is not UNSET}


def _checked(env: Env, values: dict[str, Any], attributes: dict[str, Attribute]) -> dict[str, Any]:
    """Refuse what fits the type but not the column: too many digits, a record that is not to be seen."""
    problems: dict[str, str] = {}
    for name, value in values.items():
        attribute = attributes[name]
        if isinstance(value, str) and "\0" in value:
            problems[name] = _("Remove the characters that cannot be shown.")
        try:
            check_number(name, value, attribute)
        except Invalid as error:
            problems |= error.fields
        if attribute.target and value is not None and not _visible(env, attribute.target, value):
            problems[name] = _("There is no such record, or you may not see it.")
    if problems:
        raise Invalid(fields=problems)
    return values


def _visible(env: Env, model: str, identity: int) -> bool:
    return env.session.get(env.registry.model(model), identity) is not None


def _refuse_foreign_company(env: Env, values: dict[str, Any]) -> None:
    company = values.get("company_id")
    if company is not None and company not in env.company_ids:
        raise Invalid(fields={"company_id": _("There is no such company, or you may not see it.")})


def _add_line(
    env: Env, lines: LineShape, record: Any, path: str, given: dict[str, Any], position: int
) -> None:
    values = _checked(env, given, lines.attributes)
    line = with_defaults(lines.model(**values))
    getattr(record, path).append(line)
    relations = inspect(lines.model).relationships
    for name, relation in relations.items():  # so that ``picked`` can follow what was chosen by id
        key = next(iter(relation.local_columns)).key
        if not relation.uselist and name != lines.back and values.get(key) is not None:
            setattr(line, name, env.session.get(relation.mapper.class_, values[key]))
    if lines.declared.position and hasattr(line, lines.declared.position):
        values.setdefault(lines.declared.position, position)
    if lines.declared.picked is not None:
        lines.declared.picked(env, record, line)
    for name, value in values.items():
        setattr(line, name, value)
    if lines.declared.changed is not None:
        lines.declared.changed(env, record, line)


def _closed(shape: Shape, record: Any, names: Iterable[str]) -> list[str]:
    """Return the names that the form does not let a person write on this record."""
    wanted = set(names)
    closed = []
    mapper = inspect(shape.model)
    for section in sections_of(shape.views.the_form):
        for item in (f for column in section.columns for f in column):
            if isinstance(item, str) or not callable(item.readonly):
                continue
            relation = mapper.relationships.get(item.path)
            name = item.path if relation is None else next(iter(relation.local_columns)).key
            if name in wanted and item.readonly(record):
                closed.append(str(name))
    return closed


def with_defaults(record: Any) -> Any:
    """Give a new record the constants of its columns before the first flush, so that services find them."""
    for attribute in inspect(type(record)).column_attrs:
        default = attribute.columns[0].default
        if default is not None and default.is_scalar and getattr(record, attribute.key) is None:
            setattr(record, attribute.key, default.arg)
    return record


def described(result: Any) -> dict[str, Any] | None:
    """Return where an action leads: another record, or an address of a page."""
    if isinstance(result, Model):
        return {"model": result.model_name, "id": result.id}
    if isinstance(result, str) and result.startswith("/"):
        return {"page": result}
    return None
