"""Fill the merge fields of a letter: {party.name}, {contact.name|Madam or Sir}.

A path begins with a field of the record, or with "company", "user" (who writes) or "contact" (who receives).
What a person may not read cannot be put into a letter.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core.api import Money, Price, RuleBroken, Who, _, format_date, format_money, format_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from addons.base.models import Party
    from core.api import Env, Model

FIELD = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")
_PATH = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
_USER = {"name", "email"}
DEPTH = 3


class BrokenField(RuleBroken):
    """A letter with a hole in it is not sent."""


class UnknownField(BrokenField):
    """Nobody knows what to write there."""

    def __init__(self, path: str) -> None:
        super().__init__(
            _("{{{path}}} is not a field of this.", path=path),
            hint=_("Choose a field from the list, or write the text itself."),
        )


class EmptyField(BrokenField):
    """There is nothing to write there, and nothing to write instead."""

    def __init__(self, path: str, name: str) -> None:
        super().__init__(
            _("{{{path}}} of {name} is empty.", path=path, name=name),
            hint=_("Fill it in, or write what stands in its place: {{{path}|…}}.", path=path),
        )


def fill(env: Env, record: Model, text: str, *, contact: Party | None = None) -> str:
    """The text with every field filled, in the language in force. Raise BrokenField for the first that
    cannot be."""

    def value(found: re.Match[str]) -> str:
        path, default = found.group(1).strip(), found.group(2)
        written = _written(env, record, _value(env, record, path, contact), path)
        if written:
            return written
        if default is None:
            raise EmptyField(path, record.display_name)
        return default

    return FIELD.sub(value, text)


def broken(env: Env, model: str, text: str) -> list[UnknownField]:
    """The fields of a template that no record of the model has."""
    return [UnknownField(path) for path in _paths(text) if not _exists(env, model, path)]


def offered(env: Env, model: str) -> list[str]:
    """The fields somebody may choose from, those of linked records one step further."""
    composed = env.registry.model(model)
    paths = list(_columns(env, composed))
    for link in inspect(composed).relationships:
        target = link.mapper.class_
        if not link.uselist and env.access.allows(target, "r") and link.key != "company":
            paths += [f"{link.key}.{name}" for name in _columns(env, target)]
    company = [f"company.{name}" for name in ("name", "vat_number", "registration_number")]
    return [*paths, "contact.name", "contact.email", "contact.job_title", *company, "user.name", "user.email"]


def _columns(env: Env, composed: type[Any]) -> Iterator[str]:
    for attribute in inspect(composed).column_attrs:
        if _readable(env, composed, attribute.key) and attribute.key not in {"id", "version"}:
            yield attribute.key


def _paths(text: str) -> list[str]:
    return [found.group(1).strip() for found in FIELD.finditer(text)]


def _readable(env: Env, composed: type[Any], name: str) -> bool:
    """A column that screens show, and that this person sees."""
    column = composed.__table__.columns.get(name)
    if column is None or column.foreign_keys or name == "search_tokens":
        return False
    described = column.info.get("about")
    return not (described and described.internal) and env.access.shows_field(composed, name)


def _exists(env: Env, model: str, path: str) -> bool:
    if not _PATH.fullmatch(path):
        return False
    steps = path.split(".")
    match steps[0]:
        case "user":
            return len(steps) == 2 and steps[1] in _USER
        case "company":
            composed: Any = env.registry.model("core.company")
            steps = steps[1:]
        case "contact":
            composed = env.registry.model("base.party")
            steps = steps[1:]
        case _:
            composed = env.registry.model(model)
    if not steps or len(steps) > DEPTH:
        return False
    for step in steps[:-1]:
        link = inspect(composed).relationships.get(step)
        if link is None or link.uselist:
            return False
        composed = link.mapper.class_
    return _readable(env, composed, steps[-1]) or _is_property(composed, steps[-1])


def _is_property(composed: type[Any], name: str) -> bool:
    """What a model works out and shows, such as an address on one line."""
    return not name.startswith("_") and isinstance(getattr(composed, name, None), property)


def _value(env: Env, record: Model, path: str, contact: Party | None) -> Any:
    if not _exists(env, record.model_name, path):
        raise UnknownField(path)
    steps = path.split(".")
    found: Any = record
    if steps[0] in {"user", "company", "contact"}:
        found = {"user": env.user, "company": env.company, "contact": contact}[steps[0]]
        steps = steps[1:]
    for step in steps:
        if found is None:
            return None
        if (
            not isinstance(found, Who)
            and found is not record
            and not env.access.allows(found.model_name, "r")
        ):
            raise UnknownField(path)
        found = getattr(found, step)
    return found


def _written(env: Env, record: Any, value: Any, path: str) -> str:
    """As the reader of the letter writes it."""
    match value:
        case None:
            return ""
        case Enum():
            return str(getattr(value, "label", value.value))
        case bool():
            return str(_("yes") if value else _("no"))
        case datetime():
            return format_date(value.astimezone(env.tz).date())
        case date():
            return format_date(value)
        case Decimal():
            return _number(env, record, value, path)
    return str(value)


def _number(env: Env, record: Any, value: Decimal, path: str) -> str:
    column = record.__table__.columns.get(path)
    if column is not None and any(column.type is kind for kind in (Money, Price)):
        return format_money(value, getattr(record, "currency", None) or env.company.currency)
    return format_quantity(value)
