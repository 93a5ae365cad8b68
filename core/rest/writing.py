"""Create, change, delete, act: through the same door as the model's form, so by its rules."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.errors import Invalid, NotAllowed, NotFound
from core.i18n import _
from core.orm.model import Model
from core.platform import in_company
from core.rest.bodies import Names, Unfit, read_fields, read_object, typed, unknown
from core.rest.schemas import ASKED
from core.rest.sentences import nearest
from core.views import creating, saving
from core.views.asks import choices_of, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.env import Env
    from core.rest.schemas import LineShape, Shape
    from core.views.declare import Action, Ask


def create(env: Env, shape: Shape, body: bytes) -> Any:
    """Create a record with its lines, and return it."""
    if shape.create is None:
        raise NotAllowed(
            _("{what} cannot be created here.", what=str(shape.model.__labels__ or shape.name)),
            hint=_("They come from an action, from another record, or from the page under Settings."),
        )
    given = read_object(body)
    own = "company_id" in shape.attributes and "company_id" not in shape.writable
    env = _in_company(env, given.pop("company_id", None)) if own else env
    lines = {path: part for path, part in shape.lines.items() if not part.declared.fixed}
    names = Names(shape.attributes, shape.writable, shape.needed, shape.tags, lines)
    values, problems = read_fields(env, given, names)
    rows = {}
    for path in lines.keys() & given.keys():
        rows[path], wrong = _read_lines(env, lines[path], given[path], path)
        problems |= wrong
    if problems:
        raise Invalid(fields=problems)
    with _by_attribute(shape):
        record = creating.create(env, shape.name, values, rows)
    for path in shape.lines:
        for line in getattr(record, path):
            env.session.refresh(line)
    env.session.refresh(record)
    return record


def _read_lines(
    env: Env, part: LineShape, given: Any, path: str
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    if not isinstance(given, list):
        return [], {path: _("Write a list: [ ].")}
    names = Names(part.attributes, part.writable, part.needed, part.tags)
    rows: list[dict[str, Any]] = []
    problems: dict[str, str] = {}
    for number, row in enumerate(given):
        at = f"{path}[{number}]"
        if not isinstance(row, dict):
            problems[at] = _("Write an object: { }.")
            continue
        values, wrong = read_fields(env, row, names, at=f"{at}.")
        rows.append(values)
        problems |= wrong
    return rows, problems


def change(env: Env, shape: Shape, record: Any, body: bytes) -> None:
    """Set the fields that the body names."""
    if shape.update is None:
        raise NotAllowed(
            _("{what} cannot be changed here.", what=str(shape.model.__labels__ or shape.name)),
            hint=_("Use the actions of the record, or the page it comes from."),
        )
    given = read_object(body)
    values, problems = read_fields(env, given, Names(shape.attributes, shape.writable, tags=shape.tags))
    for path in shape.lines.keys() & given.keys():
        model = shape.lines[path].model.model_name
        problems[path] = _("Lines are changed one by one: {model}.", model=model)
    if problems:
        raise Invalid(fields=problems)
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
        meant = nearest(verb, shape.actions, {})
        raise NotFound(
            _("There is no action {verb} here.", verb=verb[:60]),
            hint=_("Did you mean “{name}”?", name=meant)
            if meant
            else _("Its actions: {names}.", names=", ".join(shape.actions) or "-"),
        )
    action, _asked = shape.actions[verb]
    return saving.act(env, record, verb, _arguments(env, action, record, read_object(body)))


def _arguments(env: Env, action: Action, record: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What the dialog would have given: what was sent, else what it proposes."""
    found: dict[str, Any] = {}
    asked = {ask.name: ask for ask in action.ask}
    names = Names({}, {name: name for name in asked})
    problems = {name[:80]: unknown(name, names) for name in given.keys() - asked.keys()}
    for name, ask in asked.items():
        if name not in given:
            found[name] = ask.default(env, record) if ask.default else None
            continue
        try:
            found[name] = _argument(env, ask, given[name])
        except Unfit as error:
            problems[name] = error.sentence
    if problems:
        raise Invalid(fields=problems)
    return found


def _argument(env: Env, ask: Ask, raw: Any) -> Any:
    value = typed(raw, ASKED.get(ask.kind, Any), nullable=not ask.required)
    if value is None:
        return None
    if ask.kind == "choice":
        offered = [one for one, _label in choices_of(env, ask)]
        if value not in offered:
            raise Unfit(_("Choose one of: {choices}.", choices=", ".join(offered)))
    elif ask.kind == "relation":
        value = env.session.get(target_of(env, ask), value)
        if value is None:
            raise Unfit(_("There is no such record, or you may not see it."))
    return value


def _in_company(env: Env, company: Any) -> Env:
    if company is None or company == env.company_id:
        return env
    if not isinstance(company, int) or company not in env.user_companies:
        raise Invalid(fields={"company_id": _("There is no such company, or you may not see it.")})
    return in_company(env, company)


@contextmanager
def _by_attribute(shape: Shape) -> Iterator[None]:
    """Name the fields of a refusal as the body does: ``party`` is ``party_id``, of lines too."""
    names = {path: name for name, path in shape.writable.items()}
    of_lines = {
        path: {own: name for name, own in part.writable.items()} for path, part in shape.lines.items()
    }
    try:
        yield
    except Invalid as error:
        if error.fields:
            fields = {_named(path, names, of_lines): text for path, text in error.fields.items()}
            raise Invalid(fields=fields, hint=error.hint) from error
        raise


def _named(path: str, names: Mapping[str, str], of_lines: Mapping[str, Mapping[str, str]]) -> str:
    place, bracket, rest = path.partition("[")
    number, _dot, own = rest.partition("].")
    if bracket and place in of_lines:
        return f"{place}[{number}].{of_lines[place].get(own, own)}"
    return names.get(path, path)


def described(result: Any) -> dict[str, Any] | None:
    """Return where an action leads: another record, or an address of a page."""
    if isinstance(result, Model):
        return {"model": result.model_name, "id": result.id}
    if isinstance(result, str) and result.startswith("/"):
        return {"page": result}
    return None
