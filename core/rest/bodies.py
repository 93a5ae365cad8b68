"""Read a body field by field: everything that is wrong with it is told at once, each beside its field."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from core.errors import Invalid
from core.i18n import _
from core.orm.choices import ChoiceType
from core.rest.answers import Problem
from core.rest.reading import check_number
from core.rest.schemas import IDENTITY
from core.rest.sentences import broken_json, expected, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from core.env import Env
    from core.rest.schemas import Attribute

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Names:
    """What a body, or a line of it, may name."""

    attributes: Mapping[str, Attribute]
    """What can be read, by name."""
    writable: Mapping[str, str]
    """Name -> path of the form it is written by."""
    needed: frozenset[str] = frozenset()
    tags: Mapping[str, type[Any]] = field(default_factory=dict)
    lines: Collection[str] = ()


def read_object(body: bytes) -> dict[str, Any]:
    """The object a body holds; nothing is an empty one."""
    try:
        found = _DECODER.decode(body or b"{}")
    except RecursionError:
        raise _too_deep() from None
    except msgspec.DecodeError as error:
        raise Problem(400, _("The body is not JSON."), hint=broken_json(str(error))) from None
    if not isinstance(found, dict):
        raise Problem(
            422, _("The body must be an object."), hint=_('Write the fields by name: {"name": "…"}.')
        )
    return found


def read_typed(body: bytes, kind: Any) -> Any:
    """What a body holds in a type; what msgspec raises when it does not fit."""
    try:
        return msgspec.json.decode(body, type=kind)
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> Problem:
    return Problem(
        400,
        _("The body is nested too deeply."),
        hint=_("A record is one object, its lines are lists of objects."),
    )


def read_fields(
    env: Env, given: Mapping[str, Any], names: Names, *, at: str = ""
) -> tuple[dict[str, Any], dict[str, str]]:
    """Values by path of the form, and a sentence for each field that cannot be taken."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, raw in given.items():
        if name in names.lines:
            continue
        try:
            if name in names.writable:
                values[names.writable[name]] = _value(env, raw, names.attributes[name])
            elif name in names.tags:
                values[name] = _ids(env, raw, names.tags[name])
            else:
                problems[at + name[:80]] = unknown(name, names)
        except Unfit as error:
            problems[at + name] = error.sentence
    for name in names.needed - given.keys():
        problems[at + name] = _("Fill this in.")
    return values, problems


class Unfit(Exception):
    """A value that a field does not take."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def unknown(name: str, names: Names) -> str:
    """Why a name is not taken, and which one was probably meant."""
    if name in names.attributes:
        return _("This is only read here: it follows from other fields, or an action changes it.")
    known = [*names.writable, *names.tags, *names.lines]
    meant = nearest(name, known, {path: own for own, path in names.writable.items()})
    if meant:
        return _("There is no such field. Did you mean “{name}”?", name=meant)
    if not known:
        return _("There is no such field: nothing is asked here.")
    offered = ", ".join(known[:MOST_NAMES]) + (", …" if len(known) > MOST_NAMES else "")
    return _("There is no such field. There are: {names}.", names=offered)


def typed(raw: Any, kind: Any, *, nullable: bool = False) -> Any:
    """A value in its type, or Unfit with what the type takes."""
    if raw is None:
        if nullable:
            return None
        raise Unfit(_("This cannot be empty. {sentence}", sentence=expected(kind)))
    try:
        found = msgspec.convert(raw, kind)
    except (msgspec.ValidationError, ArithmeticError):
        raise Unfit(expected(kind)) from None
    if isinstance(found, Decimal) and not found.is_finite():
        raise Unfit(_("Write a number."))
    if _has_zero(found):
        raise Unfit(_("Remove the characters that cannot be shown."))
    return _json(found) if kind is Any else found


def _json(value: Any) -> Any:
    """What a column of free JSON keeps: numbers as JSON has them."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    return [_json(one) for one in value] if isinstance(value, list) else value


def _has_zero(value: Any) -> bool:
    """PostgreSQL keeps no text with the character zero."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_zero(one) for pair in value.items() for one in pair)
    return isinstance(value, list) and any(_has_zero(one) for one in value)


def _value(env: Env, raw: Any, attribute: Attribute) -> Any:
    found = typed(raw, attribute.type, nullable=attribute.nullable)
    if found is None:
        return None
    try:
        check_number(attribute.name, found, attribute)
    except Invalid as error:
        raise Unfit(error.fields[attribute.name]) from None
    if attribute.target:
        _refuse_unseen(env, env.registry.model(attribute.target), found)
    kind: Any = attribute.column.type
    return kind.choices(found) if isinstance(kind, ChoiceType) else found


def _ids(env: Env, raw: Any, target: type[Any]) -> list[int]:
    found: list[int] = typed(raw, list[IDENTITY])
    for number in found:
        _refuse_unseen(env, target, number)
    return found


def _refuse_unseen(env: Env, model: type[Any], number: int) -> None:
    if env.session.get(model, number) is None:
        raise Unfit(_("There is no such record, or you may not see it."))
