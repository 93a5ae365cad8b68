"""Templates: one environment per process, strict, escaped, compiled once."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from core.i18n import Text
from core.i18n.jinja import install

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from core.web.assets import Assets

HUES = ("a", "b", "c", "")
_WORDS = re.compile(r"[^\W\d_]+|\d+")


def environment(folders: Iterable[Path], assets: Assets, cache: BytecodeCache | None = None) -> Environment:
    """Make the environment; each folder holds one folder named after its owner: ``core``, or an addon."""
    made = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=2000,
        bytecode_cache=cache,
    )
    install(made)
    made.globals["asset"] = assets.url
    made.filters.update(initials=initials, hue=hue, tojson=to_json)
    made.policies["json.dumps_function"] = _dumps
    return made


def initials(name: str) -> str:
    """Two letters for a person or a company: "CR" of Camille Roche."""
    words = _WORDS.findall(str(name))
    if not words:
        return "?"
    second = words[-1][0] if len(words) > 1 else words[0][1:2]
    return str(words[0][0] + second).upper()


def hue(name: str) -> str:
    """One of four quiet grounds for initials, always the same for a name."""
    plain = unicodedata.normalize("NFKD", str(name)).casefold()
    return HUES[sum(plain.encode()) % len(HUES)]


def to_json(value: Any) -> Markup:
    """JSON that may stand in a data script or, escaped again, in an attribute."""
    text = _dumps(value)
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("'", "\\u0027")):
        text = text.replace(sign, code)
    return Markup(text)  # noqa: S704 - no sign of HTML is left in it


def _dumps(value: Any, **_options: Any) -> str:
    """JSON as short as it can be; jinja's own options are not ours."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Lazy texts are rendered here: json writes a str subclass without asking it."""
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value


__all__ = ["Markup", "environment", "escape", "hue", "initials", "to_json"]
