"""Verbs that programs call and no form has: a typed body in, a typed answer out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import AddonError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msgspec import Struct

    from core.env import Env
    from core.registry.compose import Registry

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*(?:/actions/[a-z][a-z0-9_]*)?")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``POST /api/v1/<name>``: one transaction, under the rights of the token.

    ``body`` is a msgspec struct, or a union of tagged ones; ``handle`` is called with the decoded body and
    returns an ``answer``. The caller must send an ``Idempotency-Key``: what was done once is answered again.
    """

    name: str
    """``<addon>.<verb>``, like a model; the scope ``<name>:write`` of a token allows it. A verb that makes a
    record of a model is ``<model>/actions/<verb>``, under the scope of the model."""
    title: str
    body: Any
    answer: type[Struct]
    handle: Callable[[Env, Any], Struct]
    role: str
    """Who may call it, beside whoever may do everything."""
    keyed: bool = True
    """False where a repetition is refused by itself and the answer must not be kept, as it holds a secret."""

    @property
    def scope(self) -> str:
        """What the scope of a token names."""
        return self.name.partition("/")[0]


def endpoints_of(registry: Registry) -> Mapping[str, Endpoint]:
    """The endpoints of the enabled addons, by name; AddonError for one that cannot be told apart."""
    return registry.memo("endpoints", _collect)


def _collect(registry: Registry) -> Mapping[str, Endpoint]:
    found: dict[str, Endpoint] = {}
    units: dict[str, str] = {}
    for unit, endpoint in registry.declared("declare_endpoints"):
        if not _NAME.fullmatch(endpoint.name):
            message = f"The endpoint '{endpoint.name}' is not named <addon>.<verb> or <model>/actions/<verb>."
            raise AddonError(message, addon=unit.partition("__")[0])
        if endpoint.name in registry.models:
            message = f"The endpoint {endpoint.name} has the name of a model."
            raise AddonError(message, addon=unit.partition("__")[0])
        if endpoint.name in found:
            raise registry.discovered.twice(f"the endpoint {endpoint.name}", units[endpoint.name], unit)
        found[endpoint.name], units[endpoint.name] = endpoint, unit
    return found


def may_call(env: Env, endpoint: Endpoint) -> bool:
    """Whether the caller's roles include the endpoint."""
    return env.access.everything or endpoint.role in env.access.roles
