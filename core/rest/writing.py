"""Create, change, delete, act: through the same door as the model's form, so by its rules."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Struct

from core.errors import Invalid, NotAllowed, NotFound
from core.i18n import _
from core.orm.model import Model
from core.platform import in_company
from core.rest.reading import check_number
from core.views import saving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.env import Env
    from core.rest.schemas import Attribute, Shape
    from core.views.declare import Action


def create(env: Env, shape: Shape, body: bytes) -> Any:
    """Create a record with its lines, and return it."""
    if shape.create is None:
        raise NotAllowed(_("{what} cannot be created here.", what=str(shape.model.__labels__ or shape.name)))
    given = _given(msgspec.json.decode(body or b"{}", type=shape.create))
    env = _in_company(env, given.pop("company_id", None))
    lines = {}
    for path in shape.lines:
        rows = [_given(row) for row in given.pop(path, [])]
        part = shape.lines[path]
        lines[path] = [_by_path(env, row, part.attributes, part.writable) for row in rows]
    values = _by_path(env, given, shape.attributes, shape.writable)
    with _by_attribute(shape):
        record = saving.create(env, shape.name, values, lines)
    for path in shape.lines:
        for line in getattr(record, path):
            env.session.refresh(line)
    env.session.refresh(record)
    return record


def change(env: Env, shape: Shape, record: Any, body: bytes) -> None:
    """Set the fields that the body names."""
    if shape.update is None:
        raise NotAllowed(_("{what} cannot be changed here.", what=str(shape.model.__labels__ or shape.name)))
    given = _given(msgspec.json.decode(body, type=shape.update))
    values = _by_path(env, given, shape.attributes, shape.writable)
    with _by_attribute(shape):
        saving.update(env, record, values)
    env.session.flush()
    env.session.refresh(record)


def delete(env: Env, shape: Shape, record: Any) -> None:
    """Delete a record, where its form allows it."""
    if not shape.deletable:
        raise NotAllowed(_("{what} cannot be deleted here.", what=str(shape.model.__labels__ or shape.name)))
    saving.delete(env, record)


def act(env: Env, shape: Shape, record: Any, verb: str, body: bytes) -> Any:
    """Call a business verb, the same service as its button; return what it returns."""
    if verb not in shape.actions:
        raise NotFound(_("There is no action {verb} here.", verb=verb[:60]))
    action, asked = shape.actions[verb]
    values = _given(msgspec.json.decode(body or b"{}", type=asked))
    return saving.act(env, record, verb, _asked(env, action, record, values))


def _asked(env: Env, action: Action, record: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the dialog would have given: what was sent, else what it proposes."""
    found: dict[str, Any] = {}
    for ask in action.ask:
        value = given.get(ask.name, UNSET)
        if value is UNSET:
            value = ask.default(env, record) if ask.default else None
        elif ask.kind == "relation" and ask.model and value is not None:
            model = env.registry.model(ask.model) if isinstance(ask.model, str) else env[ask.model]
            value = env.session.get(model, value)
            if value is None:
                raise Invalid(fields={ask.name: _("There is no such record, or you may not see it.")})
        found[ask.name] = value
    return found


def _in_company(env: Env, company: int | None) -> Env:
    if company is None or company == env.company_id:
        return env
    if company not in env.company_ids:
        raise Invalid(fields={"company_id": _("There is no such company, or you may not see it.")})
    return in_company(env, company)


def _given(struct: Struct) -> dict[str, Any]:
    found = {name: getattr(struct, name) for name in struct.__struct_fields__}
    return {name: value for name, value in found.items() if value is not UNSET}


def _by_path(
    env: Env, values: dict[str, Any], attributes: Mapping[str, Attribute], paths: Mapping[str, str]
) -> dict[str, Any]:
    """Name values as the form does; refuse what fits the type but not the column, or points to nothing."""
    problems: dict[str, str] = {}
    for name, value in values.items():
        attribute = attributes.get(name)
        if isinstance(value, str) and "\0" in value:
            problems[name] = _("Remove the characters that cannot be shown.")
        if attribute is None:
            continue
        try:
            check_number(name, value, attribute)
        except Invalid as error:
            problems |= error.fields
        if attribute.target and value is not None and not _visible(env, attribute.target, value):
            problems[name] = _("There is no such record, or you may not see it.")
    if problems:
        raise Invalid(fields=problems)
    return {paths.get(name, name): value for name, value in values.items()}


def _visible(env: Env, model: str, identity: int) -> bool:
    return env.session.get(env.registry.model(model), identity) is not None


@contextmanager
def _by_attribute(shape: Shape) -> Iterator[None]:
    """Name the fields of a refusal as the body does."""
    names = {path: name for name, path in shape.writable.items()}
    try:
        yield
    except Invalid as error:
        if error.fields:
            fields = {names.get(path, path): text for path, text in error.fields.items()}
            raise Invalid(fields=fields, hint=error.hint) from error
        raise


def described(result: Any) -> dict[str, Any] | None:
    """Return where an action leads: another record, or an address of a page."""
    if isinstance(result, Model):
        return {"model": result.model_name, "id": result.id}
    if isinstance(result, str) and result.startswith("/"):
        return {"page": result}
    return None
