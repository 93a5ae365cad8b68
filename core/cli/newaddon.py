"""Write a small, good addon to start from."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from core.errors import CoreError

TEMPLATES = Path(__file__).with_name("new_addon")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_FRENCH = {"vehicle": ("véhicule", "véhicules"), "item": ("article", "articles")}


class CannotWrite(CoreError):
    """The addon cannot be written there."""


def write(folder: Path, addon: str, *, model: str, author: str) -> Path:
    """Write the project of an addon into ``folder/<addon>`` and return that folder."""
    for name in (addon, model):
        if not _NAME.fullmatch(name):
            message = f"'{name}' cannot be a name here."
            raise CannotWrite(message, hint="Use lower case letters, digits and underscores, letter first.")
    project = folder / addon
    if project.exists():
        message = f"{project} is there already."
        raise CannotWrite(message, hint="Choose another name, or another folder with --into.")
    words = _words(addon, model, author)
    for template in sorted(TEMPLATES.rglob("*.tmpl")):
        target = project / _target(template.relative_to(TEMPLATES), addon, model)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = Template(template.read_text(encoding="utf-8")).substitute(words)
        if target.suffix == ".po":  # French sets a no-break space before high punctuation
            text = text.replace(' ?"', '\u00a0?"').replace(" : ", "\u00a0: ")
        target.write_text(text, encoding="utf-8")
    return project


def _target(path: Path, addon: str, model: str) -> Path:
    named = {"model.py": f"{model}.py", "service.py": f"{model}s.py", "addon.po": f"{addon}.po"}
    named["test_addon.py"] = f"test_{model}s.py"
    parts = [addon if part == "addon" else part for part in path.parts[:-1]]
    name = path.name.removesuffix(".tmpl")
    return Path(*parts, named.get(name, name))


def _words(addon: str, model: str, author: str) -> dict[str, str]:
    spoken = model.replace("_", " ")
    one, many = _FRENCH.get(model, (spoken, f"{spoken}s"))
    return {
        "addon": addon,
        "title": addon.partition("_")[2].replace("_", " ").capitalize() or addon.capitalize(),
        "author": author,
        "model": model,
        "models": f"{model}s",
        "Model": "".join(part.capitalize() for part in model.split("_")),
        "Label": spoken.capitalize(),
        "Labels": f"{spoken.capitalize()}s",
        "fr_models": many,
        "Fr_label": one.capitalize(),
        "Fr_labels": many.capitalize(),
    }
