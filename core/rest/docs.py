"""The pages that explain the interface to whoever writes a program, for their own roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from core.errors import NotFound
from core.i18n import _
from core.rest import openapi
from core.rest.answers import encode
from core.rest.schemas import Shape, shapes
from core.web.pages import page
from core.web.results import File, Page

if TYPE_CHECKING:
    from core.env import Env
    from core.rest.schemas import Attribute
    from core.web.request import Request


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as the page shows it."""

    name: str
    label: str
    kind: str
    writable: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done, and its address."""

    method: str
    path: str
    what: str
    asks: tuple[str, ...] = ()


@page("/api/docs")
def documentation(env: Env, request: Request) -> Page:
    """Show every model the reader may use, and the chosen one in full."""
    found = shapes(env)
    name = request.query.get("model", "") or next(iter(found))
    if name not in found:
        raise NotFound(_("There is no model {model} here.", model=name[:80]))
    shape = found[name]
    context = {
        "groups": _groups(env, found),
        "shape": shape,
        "fields": [_row(shape, attribute) for attribute in shape.attributes.values()],
        "verbs": list(_verbs(shape)),
        "lines": {path: list(lines.writable) for path, lines in shape.lines.items()},
        "tags": shape.tags,
    }
    return Page("core/rest/docs.html", context)


@page("/api/docs/openapi.json")
def document(env: Env) -> File:
    """Give the OpenAPI document of the reader's roles to a browser."""
    content = encode(openapi.document(env))
    return File(content, "openapi.json", "application/json")


def _groups(env: Env, found: dict[str, Shape]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, shape in found.items():
        addon = name.partition(".")[0]
        title = str(env.registry.discovered[addon].manifest.display)
        groups.setdefault(title, []).append((name, str(shape.model.__labels__ or shape.model.__name__)))
    return list(groups.items())


def _row(shape: Shape, attribute: Attribute) -> FieldRow:
    writable = attribute.name in shape.writable
    return FieldRow(
        attribute.name, str(attribute.label), kind_of(attribute), writable, writable and attribute.required
    )


def kind_of(attribute: Attribute) -> str:
    """Return a type in the words of JSON Schema: "string, date" or "open, won, lost"."""
    if attribute.target:
        return f"integer, id of {attribute.target}"
    schema: dict[str, Any] = msgspec.json.schema(attribute.type)
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    kind = str(schema.get("type", "any"))
    if found := schema.get("format"):
        return f"{kind}, {found}"
    if found := schema.get("maxLength"):
        return f"{kind}, {found}"
    return kind


def _verbs(shape: Shape) -> list[Verb]:
    place = f"/api/v1/{shape.name}"
    found = [
        Verb("GET", place, str(_("List, filter and page"))),
        Verb("GET", f"{place}/{{id}}", str(_("Read one, with its lines"))),
    ]
    if shape.create:
        found.append(Verb("POST", place, str(_("Create"))))
    if shape.update:
        found.append(Verb("PATCH", f"{place}/{{id}}", str(_("Change"))))
    if shape.deletable:
        found.append(Verb("DELETE", f"{place}/{{id}}", str(_("Delete"))))
    for verb, (action, _struct) in shape.actions.items():
        asks = tuple(ask.name for ask in action.ask)
        found.append(Verb("POST", f"{place}/{{id}}/actions/{verb}", str(action.label), asks))
    return found


ROUTES = (documentation, document)
