"""Compose every addon once at start, so that a malformed one is refused then and never during a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import AddonError
from core.orm.encrypted import refuse_shown_secrets
from core.reports.render import reports_of
from core.security.access import roles_of
from core.security.document_rules import documents_of
from core.security.shapes import shapes_of
from core.views.catalog import views_of
from core.views.endpoints import endpoints_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.platform import Platform


def refuse_malformed(platform: Platform) -> None:
    """Take addons that cannot be composed out of the platform, each with its sentence; never raise.

    All sound together, which is the usual case, costs one composition; only otherwise is each tried by
    itself.
    """
    while True:
        everything = tuple(platform.discovered.addons)
        if _fault(platform, everything) is None:
            return
        culprit = next(((name, error) for name in everything if (error := _fault(platform, [name]))), None)
        if culprit is None:
            culprit = _first_that_does_not_fit(platform, everything)
        platform.discovered.refuse(*culprit)


def _fault(platform: Platform, names: Iterable[str]) -> AddonError | None:
    """What is wrong with a set of addons; None when it composes."""
    try:
        registry = platform.registries.of(names)
        shapes_of(registry)
        views_of(registry)
        roles_of(registry)
        documents_of(registry)
        reports_of(registry)
        endpoints_of(registry)
        refuse_shown_secrets(registry)
    except AddonError as error:
        return error
    except Exception as error:  # an addon's own code may raise anything: it is told, and the platform goes on
        return AddonError(f"{type(error).__name__}: {error}")
    return None


def _first_that_does_not_fit(platform: Platform, everything: tuple[str, ...]) -> tuple[str, AddonError]:
    """The addon with which the set stops composing, trying them in dependency order."""
    fitting: list[str] = []
    for name in platform.discovered.closure(everything):
        error = _fault(platform, [*fitting, name])
        if error is not None:
            return name, error
        fitting.append(name)
    message = "The addons cannot be composed together."
    return everything[-1], AddonError(message)
