"""Which apps each company uses, for *Settings > Apps > Companies*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.builtin.models import Company, CompanyApp
from core.i18n import Text, _
from core.orm.sorting import people_order
from core.registry import usage
from core.web.queries.apps import title_of

if TYPE_CHECKING:
    from datetime import datetime

    from core.env import Env


@dataclass(frozen=True, slots=True)
class AppLine:
    """One app in one company."""

    name: str
    title: str
    icon: str
    used: bool
    since: datetime | None
    until: datetime | None
    needs: str
    """Titles of apps that would be used with it."""
    needed_by: str
    """Titles of apps that must be stopped first."""


@dataclass(frozen=True, slots=True)
class CompanyPanel:
    """One company with the apps that its country is offered."""

    id: int
    name: str
    country: str
    lines: tuple[AppLine, ...]
    proposed: tuple[tuple[str, str, str], ...]
    """(name, title, summary) of what follows the rules of its country and is not used."""

    @property
    def count(self) -> int:
        """How many apps it uses."""
        return sum(line.used for line in self.lines)


def panels(env: Env) -> list[CompanyPanel]:
    """Every active company, by name. ``env`` is elevated."""
    rows: dict[int, dict[str, CompanyApp]] = {}
    for row in env.session.scalars(select(env[CompanyApp])):
        rows.setdefault(row.company_id, {})[row.addon_name] = row
    companies = env.session.scalars(select(env[Company]).where(env[Company].active)).all()
    found = [_panel(env, company, rows.get(company.id, {})) for company in companies]
    return sorted(found, key=lambda panel: people_order(panel.name))


def _panel(env: Env, company: Company, rows: dict[str, CompanyApp]) -> CompanyPanel:
    registry = env.registry.whole
    used = frozenset(name for name, row in rows.items() if row.until is None) & registry.apps
    lines = []
    for name in registry.apps:
        manifest = registry.discovered[name].manifest
        if not manifest.is_offered_in(company.country) and name not in used:
            continue
        row = rows.get(name)
        needs = set(registry.discovered.closure([name])).intersection(registry.apps) - used - {name}
        by = registry.discovered.dependents(name, used)
        lines.append(
            AppLine(
                name,
                str(manifest.display),
                manifest.icon,
                name in used,
                row.since if row else None,
                row.until if row else None,
                _titles(env, () if name in used else needs),
                _titles(env, by if name in used else ()),
            )
        )
    proposed = tuple(
        (name, title_of(env, name), str(registry.discovered[name].manifest.summary))
        for name in usage.proposed_in(registry, company.country, used)
    )
    ordered = sorted(lines, key=lambda line: people_order(line.title))
    return CompanyPanel(company.id, company.name, company.country, tuple(ordered), proposed)


def _titles(env: Env, names: set[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted((title_of(env, name) for name in names), key=people_order))


def users_of(env: Env, addon: str) -> Text | str:
    """Which companies use an app, in words; nothing where there is only one company, or where all must."""
    if addon not in env.registry.apps or len(env.scope.uses) < 2:
        return ""
    using = env.companies_using(addon)
    if len(using) == len(env.scope.uses):
        return _("Every company uses it.")
    if not using:
        return _("No company uses it yet.")
    with env.system("names of companies") as system:
        names = system.session.scalars(select(system[Company].name).where(system[Company].id.in_(using)))
        return _("Used by {companies}.", companies=", ".join(sorted(names, key=people_order)))
