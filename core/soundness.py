"""Compose every addon once at start, so that a malformed one is refused then and never during a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Router
from litestar.routes import HTTPRoute

from core.errors import AddonError
from core.jobs.run import jobs_of
from core.orm.encrypted import refuse_shown_secrets
from core.registry.compose import Registry
from core.registry.discovery import CORE
from core.registry.usage import open_criteria
from core.reports.render import reports_of
from core.rest import routes as rest
from core.security.access import roles_of
from core.security.document_rules import documents_of
from core.security.shapes import shapes_of
from core.views.catalog import views_of
from core.views.endpoints import endpoints_of
from core.web.routes import all_routes
from core.webhooks.events import events_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.platform import Platform
    from core.registry.discovery import Discovered


def refuse_malformed(platform: Platform) -> None:
    """Take addons that cannot be composed out of the platform, each with its sentence; never raise.

    All sound together, which is the usual case, costs one composition; only otherwise, and when the error
    does not say whose it is, is each tried by itself.
    """
    discovered = platform.discovered
    while True:
        everything = tuple(discovered.addons)
        error = _fault(discovered, everything, platform.registries.of)
        if error is None:
            return
        if error.addon not in discovered.addons or error.addon == CORE:
            error = _first_alone(discovered) or _first_that_does_not_fit(discovered)
        discovered.refuse(error.addon, error)


def _fault(
    discovered: Discovered,
    names: Iterable[str],
    compose: Callable[[Iterable[str]], Registry] | None = None,
) -> AddonError | None:
    """What is wrong with a set of addons; None when it composes."""
    try:
        registry = compose(names) if compose else Registry(discovered, names)
        for look in (
            shapes_of,
            views_of,
            roles_of,
            documents_of,
            reports_of,
            endpoints_of,
            jobs_of,
            events_of,
            open_criteria,
        ):
            look(registry)
        refuse_shown_secrets(registry)
        for hook, caller in vars(registry.hooks).items():
            if hook.startswith("declare_") and not caller.spec.argnames:  # of the platform and of addons
                list(registry.declared(hook))
        places_of(registry)
    except AddonError as error:
        return error
    except Exception as error:  # an addon's own code may raise anything: it is told, and the platform goes on
        return AddonError(" ".join(f"{type(error).__name__}: {error}".split()))
    return None


def places_of(registry: Registry) -> dict[tuple[str, str], str]:
    """(method, address) of every page -> the unit that serves it.

    AddonError for an address that core or another addon serves already: the web server would not start, or
    would send its readers to the wrong page.
    """
    known = dict.fromkeys(_places([*all_routes(), *rest.ROUTES]), CORE)
    for unit, handler in registry.declared("declare_routes"):
        for place in _places([handler]):
            if place in known:
                raise registry.discovered.twice(f"the route {' '.join(place)}", known[place], unit)
            known[place] = unit
    return known


def _places(handlers: Iterable[Any]) -> list[tuple[str, str]]:
    """Method and address of each route, with the names and types of path values left out."""
    return [
        (method, "/" + "/".join(part if isinstance(part, str) else "{}" for part in route.path_components))
        for route in Router(path="/", route_handlers=list(handlers)).routes
        for method in (route.methods - {"OPTIONS"} if isinstance(route, HTTPRoute) else ("ANY",))
    ]


def _first_alone(discovered: Discovered) -> AddonError | None:
    """The fault of the first addon that does not compose with nothing but what it needs."""
    return next((error for name in discovered.addons if (error := fault_of(discovered, [name], name))), None)


def _first_that_does_not_fit(discovered: Discovered) -> AddonError:
    """The fault of the addon with which the set stops composing, in the order in which they were found."""
    fitting: list[str] = []
    for name in discovered.addons:
        if error := fault_of(discovered, [*fitting, name], name):
            return error
        fitting.append(name)
    message = "The addons cannot be composed together."
    return AddonError(message, addon=fitting[-1])


def fault_of(discovered: Discovered, names: Iterable[str], addon: str) -> AddonError | None:
    """What is wrong with the set, as the fault of one addon of it."""
    error = _fault(discovered, names)
    if error is not None:
        error.addon = addon
    return error
