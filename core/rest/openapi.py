"""The OpenAPI 3.1 document: exactly what the caller's workspace and roles can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from core.address import known_base_url
from core.rest.reading import MOST, OPERATORS, USUAL
from core.rest.schemas import shapes
from core.views.endpoints import endpoints_of, may_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

    from core.env import Env
    from core.rest.schemas import Attribute, Shape
    from core.views.endpoints import Endpoint

_JSON = "application/json"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string", "description": "The way out."},
        "instance": {"type": "string", "description": "A reference to quote."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {
                    "field": {"type": "string", "description": "lines[0].quantity"},
                    "pointer": {"type": "string", "description": "#/lines/0/quantity, in the body."},
                    "parameter": {"type": "string", "description": "In the address."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_ANSWERS = {
    "400": "The request cannot be read.",
    "401": "There is no valid token.",
    "403": "The token or the user's roles do not allow it.",
    "404": "There is no such record, or it may not be seen.",
    "409": "A rule refused; nothing was written.",
    "412": "Someone else saved first.",
    "413": "The body is larger than 2 MB.",
    "415": "The body is not JSON.",
    "422": "Some values cannot be accepted.",
    "429": "Too many requests.",
}
_LIST_ANSWERS = ("401", "403", "422", "429")
_ONE_ANSWERS = ("401", "403", "404", "429")


def document(env: Env) -> dict[str, Any]:
    """Return the document for the workspace and roles of an Env.

    While the address of the workspace is unknown, the server is named relative to the document.
    """
    access = env.access
    key = ("openapi", access.system, access.everything, access.roles)
    made: dict[str, Any] = env.registry.memo(key, lambda _registry: _document(shapes(env), _callable(env)))
    return made | {"servers": [{"url": f"{known_base_url(env)}/api/v1"}]}


def _callable(env: Env) -> list[Endpoint]:
    return [endpoint for endpoint in endpoints_of(env.registry).values() if may_call(env, endpoint)]


def _document(found: dict[str, Shape], endpoints: list[Endpoint]) -> dict[str, Any]:
    structs = [struct for shape in found.values() for struct in _structs(shape)]
    typed = [*structs, *(kind for endpoint in endpoints for kind in (endpoint.body, endpoint.answer))]
    schemas, components = msgspec.json.schema_components(typed, ref_template="#/components/schemas/{name}")
    for shape in found.values():
        _describe(components, shape)
    paths: dict[str, Any] = {}
    for shape in found.values():
        paths |= _paths(shape)
    bodies = schemas[len(structs) :: 2]
    for endpoint, body in zip(endpoints, bodies, strict=True):
        paths[f"/{endpoint.name}"] = {"post": _verb(endpoint, body)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Passerelle",
            "version": "1",
            "description": "Decimals are strings, instants are UTC, errors are problem documents (RFC 9457)."
            " A request works in the user's usual company, or in that of the header X-Company (its id);"
            " with X-Company: all it reads those of all the user's companies.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components | {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {status: _refusal(status, text) for status, text in _ANSWERS.items()},
        },
    }


def _refusal(status: str, text: str) -> dict[str, Any]:
    """Describe a refusal; what is too large is refused before anything can make a document."""
    if status == "413":
        return {"description": text, "content": {"text/plain": {"schema": {"type": "string"}}}}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def _structs(shape: Shape) -> Iterator[type[Struct]]:
    yield shape.read
    yield from (struct for struct in (shape.create, shape.update) if struct is not None)
    yield from (struct for _action, struct in shape.actions.values())


def _describe(components: dict[str, Any], shape: Shape) -> None:
    """Give each field its label and help, which msgspec's structs do not carry."""
    for struct in (shape.read, shape.create, shape.update):
        properties = components.get(struct.__name__, {}).get("properties", {}) if struct else {}
        for name, schema in properties.items():
            attribute = shape.attributes.get(name)
            if attribute is not None:
                properties[name] = {**schema, "title": str(attribute.label)}
                if attribute.help:
                    properties[name]["description"] = attribute.help
    for path in shape.tags:
        ids = {"type": "array", "items": {"type": "integer"}}
        components[shape.read.__name__]["properties"][path] = ids
    for path, lines in shape.lines.items():
        properties = components[shape.read.__name__]["properties"]
        line = {name: _loose(attribute) for name, attribute in lines.attributes.items()}
        line |= {tag: {"type": "array", "items": {"type": "integer"}} for tag in lines.tags}
        properties[path] = {"type": "array", "items": {"type": "object", "properties": line}}


def _loose(attribute: Attribute) -> dict[str, Any]:
    schema = msgspec.json.schema(attribute.type)
    return {"anyOf": [schema, {"type": "null"}]} if attribute.nullable else schema


def _paths(shape: Shape) -> dict[str, Any]:
    tag, label = [shape.name.split(".")[0]], str(shape.model.__label__ or shape.name)
    labels = str(shape.model.__labels__ or shape.name)
    one: dict[str, Any] = {
        "parameters": [_id()],
        "get": _operation(f"read_{shape.name}", f"Read: {label}", tag, "200", shape.read, _ONE_ANSWERS),
    }
    collection: dict[str, Any] = {
        "get": _operation(f"list_{shape.name}", f"List: {labels}", tag, "200", None, _LIST_ANSWERS)
        | {"parameters": list(_filters(shape))}
    }
    collection["get"]["responses"]["200"] = _page(shape)
    if shape.create:
        collection["post"] = _operation(
            f"create_{shape.name}",
            f"Create: {label}",
            tag,
            "201",
            shape.read,
            ("400", "401", "403", "409", "413", "415", "422", "429"),
            body=shape.create,
        ) | {"parameters": [_header("Idempotency-Key", "Repeats with this key happen once.")]}
    changes = ("400", "401", "403", "404", "409", "412", "413", "415", "422", "429")
    match = {"parameters": [_header("If-Match", "The ETag that was read; another version is refused.")]}
    if shape.update:
        one["patch"] = (
            _operation(
                f"change_{shape.name}", f"Change: {label}", tag, "200", shape.read, changes, body=shape.update
            )
            | match
        )
    if shape.deletable:
        one["delete"] = (
            _operation(f"delete_{shape.name}", f"Delete: {label}", tag, "204", None, changes) | match
        )
    gone = _operation(f"deleted_{shape.name}", f"Deleted: {labels}", tag, "200", None, _LIST_ANSWERS)
    gone["parameters"] = list(_paging())
    gone["responses"]["200"] = _gone(shape)
    paths = {
        f"/{shape.name}": collection,
        f"/{shape.name}/deleted": {"get": gone},
        f"/{shape.name}/{{id}}": one,
    }
    for verb, (action, asked) in shape.actions.items():
        post = _operation(
            f"run_{verb}_{shape.name}", f"{action.label}: {label}", tag, "200", None, changes, body=asked
        )
        post["requestBody"]["required"] = any(ask.required and ask.default is None for ask in action.ask)
        post["parameters"] = [_header("Idempotency-Key", "Repeats with this key happen once.")]
        post["responses"]["200"] = {
            "description": "Done.",
            "content": {_JSON: {"schema": {"type": "object"}}},
        }
        paths[f"/{shape.name}/{{id}}/actions/{verb}"] = {"parameters": [_id()], "post": post}
    return paths


def _operation(
    name: str,
    summary: str,
    tags: list[str],
    status: str,
    answer: type[Struct] | None,
    refusals: tuple[str, ...],
    *,
    body: type[Struct] | None = None,
) -> dict[str, Any]:
    response: dict[str, Any] = {"description": "Done."}
    if answer is not None:
        response["content"] = {_JSON: {"schema": {"$ref": f"#/components/schemas/{answer.__name__}"}}}
    operation: dict[str, Any] = {
        "operationId": name.replace(".", "_"),
        "summary": summary,
        "tags": tags,
        "responses": {status: response} | {r: {"$ref": f"#/components/responses/{r}"} for r in refusals},
    }
    if body is not None:
        schema = {"$ref": f"#/components/schemas/{body.__name__}"}
        operation["requestBody"] = {"required": True, "content": {_JSON: {"schema": schema}}}
    return operation


def _verb(endpoint: Endpoint, body: dict[str, Any]) -> dict[str, Any]:
    """An endpoint that no model has."""
    refusals = ("400", "401", "403", "409", "413", "415", "422", "429")
    tag = [endpoint.name.split(".")[0]]
    operation = _operation(
        f"call_{endpoint.name.replace('/', '_')}", str(endpoint.title), tag, "200", endpoint.answer, refusals
    )
    if endpoint.keyed:
        key = _header("Idempotency-Key", "Your own key of the event; the same key again does nothing twice.")
        operation["parameters"] = [key | {"required": True}]
    operation["requestBody"] = {"required": True, "content": {_JSON: {"schema": body}}}
    return operation


def _page(shape: Shape) -> dict[str, Any]:
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{shape.read.__name__}"}}
    schema = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": items,
            "next": {"type": ["string", "null"], "description": "Give it as 'after' for the next page."},
            "deleted": {
                "type": "string",
                "description": "With 'updated_since': where the records deleted since then are told.",
            },
        },
    }
    return {"description": "One page.", "content": {_JSON: {"schema": schema}}}


def _gone(shape: Shape) -> dict[str, Any]:
    """Tombstones: which record went, and when."""
    item = {
        "type": "object",
        "required": ["model", "id", "deleted_at"],
        "properties": {
            "model": {"type": "string", "const": shape.name},
            "id": {"type": "integer"},
            "deleted_at": {"type": "string", "format": "date-time"},
        },
    }
    schema = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}},
    }
    return {"description": "One page.", "content": {_JSON: {"schema": schema}}}


def _paging() -> Iterator[dict[str, Any]]:
    yield _query(
        "limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "Records a page."
    )
    yield _query("after", {"type": "string"}, "The 'next' of the page before.")
    yield _query(
        "updated_since", {"type": "string", "format": "date-time"}, "Changed or deleted after this instant."
    )


def _filters(shape: Shape) -> Iterator[dict[str, Any]]:
    yield from _paging()
    yield _query("sort", {"type": "string"}, "A field; with '-' in front from the greatest.")
    if shape.model.__searchable__:
        yield _query("q", {"type": "string"}, "Words; each is the beginning of a word of the record.")
    for name, attribute in shape.attributes.items():
        if attribute.type in (Any, list[str]):
            continue
        text = f"Equal to; also {', '.join(f'{name}__{operator}' for operator in OPERATORS)}."
        yield _query(name, msgspec.json.schema(attribute.type), text)


def _query(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": text}


def _header(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string"}, "description": text}


def _id() -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
    return {"name": "id", "in": "path", "required": True, "schema": schema}
