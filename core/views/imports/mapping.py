"""Which column of a file is which field: guessed from headings, remembered from the last time."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from core.i18n.locales import LANGUAGES
from core.i18n.text import Text, humanise
from core.orm.search import fold
from core.views import saving
from core.views.access import readable
from core.views.derive import name_field
from core.views.fields import field_of
from core.views.models import ImportMapping

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.views.fields import FieldMeta

ID = "id"
LOOKUPS = ("external_ref", "code", "barcode", "email", "number")
"""Attributes a linked record may be named by, beside its name."""


@dataclass(frozen=True)
class Target:
    """Where a column can go: a field ("party"), or a field found by an attribute ("party.code")."""

    path: str
    label: str
    required: bool = False


def targets(env: Env, views: ModelViews) -> list[Target]:
    """Every field that the person may fill from a file."""
    record = saving.fresh(env, views.model)
    specs = saving.specs_of(views)
    found = [Target(ID, str(field_of(views.model, ID).label))]
    for path, meta in importable(env, views, record).items():
        spec = specs.get(path)
        name = str(spec.label) if spec and spec.label else str(meta.label)
        required = saving.is_required(meta, spec, record) if spec else meta.required
        found.append(Target(path, name, required))
        if meta.kind == "relation" and meta.target is not None:
            for attribute in lookups_of(meta.target):
                sub = field_of(views.model, f"{path}.{attribute}")
                if attribute != name_field(meta.target) and readable(env, sub):
                    found.append(Target(f"{path}.{attribute}", f"{name} / {sub.label}"))
    return found


def importable(env: Env, views: ModelViews, record: Any) -> dict[str, FieldMeta]:
    """The fields that a file may fill: those of the form in any state of a record, and external
    references."""
    found: dict[str, FieldMeta] = {}
    for path, spec in saving.specs_of(views).items():
        meta = field_of(views.model, path, kind=spec.kind)
        shown = replace(spec, readonly=None) if callable(spec.readonly) else spec
        if path != views.the_form.status and saving.is_writable(env, meta, shown, record):
            found[path] = meta
    for name in ("external_ref", "active"):
        if name in inspect(views.model).column_attrs and name not in found:
            meta = field_of(views.model, name)
            if readable(env, meta):
                found[name] = meta
    return found


def lookups_of(target: type[Any]) -> list[str]:
    """The attributes a record of a model may be found by in a file, the surest first."""
    columns = inspect(target).column_attrs
    name = name_field(target)
    found = [attribute for attribute in LOOKUPS if attribute in columns]
    return [*found, name] if name in columns and name not in found else found


def digest(headings: list[str]) -> str:
    """Two files with the same headings in the same order have the same digest."""
    return hashlib.sha256("\x1f".join(fold(h) for h in headings).encode()).hexdigest()


def guess_mapping(env: Env, views: ModelViews, headings: list[str]) -> dict[str, str]:
    """Heading -> path, for the headings whose field is known or likely."""
    remembered = recall(env, views.name, headings)
    offered = targets(env, views)
    paths = {target.path for target in offered}
    if remembered is not None:
        return {heading: path for heading, path in remembered.items() if path in paths}
    names: dict[str, str] = {}
    for target in offered:
        for name in _names(views, target):
            names.setdefault(_plain(name), target.path)
    found: dict[str, str] = {}
    for heading in headings:
        plain = _plain(heading)
        path = names.get(plain)
        if path is None and plain:
            near = difflib.get_close_matches(plain, names, n=1, cutoff=0.86)
            path = names[near[0]] if near else None
        if path is not None and path not in found.values():
            found[heading] = path
    return found


def _names(views: ModelViews, target: Target) -> list[str]:
    names = [target.path, target.label, humanise(target.path.replace(".", " "))]
    label = field_of(views.model, target.path).label
    if "." not in target.path and isinstance(label, Text):
        names += [label.in_locale(language) for language in LANGUAGES]
    return [*names, target.path.removesuffix("_id"), f"{target.path}_id"]


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def recall(env: Env, model: str, headings: list[str]) -> dict[str, str] | None:
    """The mapping used the last time for these headings."""
    kept = env[ImportMapping]
    found = env.session.scalars(
        select(kept).where(kept.model == model, kept.headings == digest(headings))
    ).first()
    return dict(found.mapping) if found is not None else None


def remember(env: Env, model: str, headings: list[str], mapping: dict[str, str]) -> None:
    """Keep the mapping for the next file with these headings."""
    kept = env[ImportMapping]
    found = env.session.scalars(
        select(kept).where(kept.model == model, kept.headings == digest(headings))
    ).first()
    if found is not None:
        found.mapping = mapping
    else:
        env.session.add(kept(model=model, headings=digest(headings), mapping=mapping))
    env.session.flush()
