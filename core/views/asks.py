"""What an action asks first: drawn as fields of a dialog, read back as arguments of its service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.i18n import formats
from core.i18n.text import _
from core.views.addresses import base_of
from core.views.fields import AMOUNTS
from core.views.values import Unclear, currency_of, read_bool, read_date, read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.views.declare import Action, Ask

NUMBERS = frozenset({"number", "money", "price", "quantity", "rate", "integer"})


@dataclass
class Question:
    """One field of the dialog."""

    name: str
    label: str
    kind: str
    typed: str = ""
    text: str = ""
    error: str = ""
    help: str = ""
    unit: str = ""
    required: bool = True
    choices: list[tuple[str, str]] = field(default_factory=list)
    options_url: str = ""


def questions(
    env: Env, action: Action, record: Any, form: Mapping[str, list[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Question]:  # fmt: skip
    """The fields of an action's dialog, with their defaults or with what was typed."""
    found = []
    for ask in action.ask:
        made = Question(ask.name, str(ask.label), ask.kind, help=str(ask.help), required=ask.required)
        made.choices = [(value, str(text)) for value, text in choices_of(env, ask)]
        if ask.kind in AMOUNTS:
            made.unit = currency_of(env, record)
        if ask.kind == "relation":
            made.options_url = f"{base_of(type(record))}ask/{action.name}/{ask.name}?record={record.id or ''}"
        if form is not None:
            made.typed = (form.get(ask.name) or [""])[-1]
        elif ask.default is not None:
            made.typed, made.text = _written(ask, ask.default(env, record), made.unit)
        if ask.kind == "relation" and made.typed.isdigit() and not made.text:
            chosen = env.session.get(target_of(env, ask), int(made.typed))
            made.text = str(chosen.display_name) if chosen is not None else ""
        made.error = (errors or {}).get(ask.name, "")
        found.append(made)
    return found


def choices_of(env: Env, ask: Ask) -> list[tuple[str, str]]:
    """The values an Ask offers."""
    offered = ask.choices(env) if callable(ask.choices) else ask.choices
    return [(str(value), str(text)) for value, text in offered]


def target_of(env: Env, ask: Ask) -> type[Any]:
    """The composed model an Ask chooses from."""
    return env.registry.model(ask.model) if isinstance(ask.model, str) else env[ask.model]


def _written(ask: Ask, value: Any, currency: str) -> tuple[str, str]:
    if value is None:
        return "", ""
    if ask.kind == "relation":
        return str(value.id), str(value.display_name)
    if ask.kind == "date":
        return formats.format_date(value), ""
    if ask.kind == "money":
        digits = max(formats.currency_digits(currency), formats.decimals_of(value))
        return formats.format_number(value, digits=digits), ""
    if ask.kind in NUMBERS:
        return formats.format_number(value), ""
    if ask.kind == "bool":
        return "1" if value else "", ""
    return str(getattr(value, "value", value)), ""


def asked_of(
    env: Env, action: Action, record: Any, form: Mapping[str, list[str]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The arguments typed into the dialog, and a sentence for each that cannot be read."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for ask in action.ask:
        text = (form.get(ask.name) or [""])[-1].strip()
        if not text and ask.kind != "bool":
            if ask.required:
                errors[ask.name] = str(_("Fill this in."))
            values[ask.name] = "" if ask.kind in {"text", "long"} else None
            continue
        try:
            values[ask.name] = _read(env, ask, record, text)
        except Unclear as error:
            errors[ask.name] = str(error)
    return values, errors


def _read(env: Env, ask: Ask, record: Any, text: str) -> Any:
    if ask.kind in NUMBERS:
        number = read_number(text, ask.kind)
        return int(number) if ask.kind == "integer" else number
    match ask.kind:
        case "date":
            return read_date(text, env.today())
        case "bool":
            return read_bool(text)
        case "choice":
            if text not in {value for value, _label in choices_of(env, ask)}:
                raise Unclear(_("Choose one from the list."))
            return text
        case "relation":
            target = target_of(env, ask)
            chosen = env.session.get(target, int(text)) if text.isdigit() else None
            if chosen is None:
                raise Unclear(_("Choose one from the list."))
            return chosen
    return text
