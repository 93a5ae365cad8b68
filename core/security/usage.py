"""Which apps each company uses, as transactions read it and registries are chosen by it.

Which company uses what is changed in ``core.registry.usage`` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from core.security.refusals import AppNotUsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from core.env import Scope
    from core.registry.compose import Registry
    from core.security.shapes import Shape

Uses = dict[int, frozenset[str]]

_ACTIVE = text(
    "SELECT c.id, array_remove(array_agg(a.addon_name ORDER BY a.addon_name), NULL) AS apps"
    " FROM core_company c LEFT JOIN core_company_app a ON a.company_id = c.id AND a.until IS NULL"
    " WHERE c.active GROUP BY c.id ORDER BY c.id"
)
_OF_ONE = text("SELECT addon_name FROM core_company_app WHERE company_id = :company AND until IS NULL")


def read(connection: Connection) -> Uses:
    """The active companies with the apps they use, by id."""
    return {row.id: frozenset(row.apps) for row in connection.execute(_ACTIVE)}


def registry_of(scope: Scope, company_id: int) -> Registry:
    """What is there for one company, also for one that this transaction has made."""
    return scope.registry.used(_apps_of(scope.connection, scope.uses, company_id))


def registry_of_all(
    registry: Registry, connection: Connection, uses: Mapping[int, frozenset[str]], ids: Iterable[int]
) -> Registry:
    """What is there where any of some companies is looked at; all of it before there is a company."""
    found = {_apps_of(connection, uses, one) for one in ids}
    if not found:
        return registry.whole
    return registry.used(next(iter(found)) if len(found) == 1 else frozenset().union(*found))


def users_of_parts(scope: Scope) -> dict[str, frozenset[int]]:
    """Unit -> the visible companies that use it, of the units that only some of them use."""
    found: dict[str, frozenset[int]] = {}
    if len(scope.company_ids) > 1:
        units = {one: registry_of(scope, one).units for one in scope.company_ids}
        if len(set(units.values())) > 1:
            for unit in scope.registry.units:
                using = frozenset(one for one, used in units.items() if unit in used)
                if len(using) < len(units):
                    found[unit] = using
    return found


def refuse_unused(scope: Scope, shape: Shape, companies: Iterable[int | None]) -> None:
    """Raise AppNotUsed when a row would be written into a company that does not use the row's app."""
    whole = scope.registry.whole
    for company in companies:
        if company is not None:
            used = registry_of(scope, company)
            if used is not whole and shape.unit not in used.units:
                manifest = whole.discovered[shape.unit.partition("__")[0]].manifest
                raise AppNotUsed(shape.cls, manifest.display)


def _apps_of(connection: Connection, uses: Mapping[int, frozenset[str]], company_id: int) -> frozenset[str]:
    known = uses.get(company_id)
    return frozenset(connection.scalars(_OF_ONE, {"company": company_id})) if known is None else known
