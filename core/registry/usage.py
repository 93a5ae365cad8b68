"""Which apps a company uses: begin with one, stop with it, and what comes along.

All functions take an elevated Env and write in its transaction; every worker follows with its next request,
because the rows are kept (see ``core.security.kept``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core.builtin.models import AddonEvent, Company, CompanyApp, Workspace
from core.i18n import _
from core.platform import in_company
from core.registry.plans import AddonRefused
from core.security.usage import registry_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement

    from core.env import Env
    from core.registry.compose import Registry
    from core.registry.manifest import Manifest


class NotOffered(AddonRefused):
    """An app that follows the rules of other countries."""

    def __init__(self, manifest: Manifest, company: Company) -> None:
        super().__init__(
            _("{addon} is not offered to {company}.", addon=manifest.display, company=company.name),
            hint=_(
                "It follows the rules of other countries ({countries}); the company's country is {country}.",
                countries=", ".join(manifest.countries),
                country=company.country,
            ),
        )


class CountryKeepsApp(AddonRefused):
    """A company would move to a country that an app it uses is not offered in."""

    def __init__(self, manifest: Manifest, company: Company) -> None:
        super().__init__(
            _(
                "{company} uses {addon}, which is not offered in this country ({country}).",
                company=company.name,
                addon=manifest.display,
                country=company.country,
            ),
            hint=_("Stop using it first: Settings, Apps, Companies."),
        )


class DocumentsOpen(AddonRefused):
    """An app cannot be left while documents of it wait to be finished."""

    def __init__(self, manifest: Manifest, company: Company, found: Iterable[str]) -> None:
        super().__init__(
            _(
                "{company} cannot stop using {addon}: documents are open there ({documents}).",
                company=company.name,
                addon=manifest.display,
                documents=", ".join(found),
            ),
            hint=_("Finish or cancel them first."),
        )


@dataclass(frozen=True, slots=True)
class UsePlan:
    """What beginning to use apps would do in one company."""

    chosen: tuple[str, ...]
    also: tuple[str, ...]
    """Used too, because the chosen need them; dependencies first."""
    proposed: tuple[str, ...]
    """What follows the rules of the company's country and whose needs will all be met."""

    @property
    def all(self) -> tuple[str, ...]:
        """Everything that will be used, without what is only proposed."""
        return (*self.also, *self.chosen)


def apps_of(env: Env, company_id: int) -> frozenset[str]:
    """The apps that a company uses now, as this transaction sees it."""
    model = env[CompanyApp]
    return frozenset(
        env.session.scalars(
            select(model.addon_name).where(model.company_id == company_id, model.until.is_(None))
        )
    )


def plan(env: Env, company: Company, names: Iterable[str]) -> UsePlan:
    """What ``names`` bring with them; AddonRefused when the company cannot use one of them."""
    registry, wanted = env.registry.whole, set(names)
    for name in sorted(wanted):
        if name not in registry.apps:
            raise AddonRefused(
                _("{addon} is not enabled in this workspace.", addon=name),
                hint=_("Enable it in Settings, Apps first."),
            )
    before = apps_of(env, company.id)
    closure = [name for name in registry.discovered.closure(wanted) if name in registry.apps]
    for name in closure:
        if not registry.discovered[name].manifest.is_offered_in(company.country):
            raise NotOffered(registry.discovered[name].manifest, company)
    new = [name for name in closure if name not in before]
    return UsePlan(
        tuple(name for name in new if name in wanted),
        tuple(name for name in new if name not in wanted),
        proposed_in(registry, company.country, before.union(new)),
    )


def proposed_in(registry: Registry, country: str, apps: frozenset[str]) -> tuple[str, ...]:
    """Enabled addons of a country that stand on these apps and are not among them."""
    found = []
    for name in sorted(registry.apps - apps):
        manifest = registry.discovered[name].manifest
        needs = set(registry.discovered.closure([name])).intersection(registry.apps) - {name}
        if country in manifest.countries and needs <= apps:
            found.append(name)
    return tuple(found)


def begin(env: Env, company_id: int, names: Iterable[str]) -> UsePlan:
    """Let a company use apps and all they need: their records are written there (``seed_data``)."""
    _lock(env)
    company = env.get(Company, company_id)
    chosen = plan(env, company, names)
    before = apps_of(env, company_id)
    note(env, company, chosen.all)
    seed(env, company_id, before, before.union(chosen.all))
    return chosen


def begin_everywhere(
    env: Env, former: Registry, names: Iterable[str], companies: Collection[int] | None
) -> None:
    """Let companies use addons that were just enabled; ``former`` is the registry before.

    Those named, else those that used an addon before it was disabled, else all that it is offered to. What
    stands on it is seeded too, in every company that has both now.
    """
    registry, model = env.registry.whole, env[CompanyApp]
    everyone = env.session.scalars(select(env[Company]).order_by(env[Company].id)).all()
    before = {company.id: apps_of(env, company.id) & former.enabled for company in everyone}
    for name in names:
        if name not in registry.apps:
            continue
        manifest = registry.discovered[name].manifest
        offered = [company for company in everyone if manifest.is_offered_in(company.country)]
        if everyone and not offered:
            raise NotOffered(manifest, everyone[0])
        again = env.session.scalars(
            select(model.id).where(model.addon_name == name, model.until.is_(None)).limit(1)
        ).first()
        if companies is not None or again is None:
            chosen = [one for one in offered if companies is None or one.id in companies]
            needed = [one for one in registry.discovered.closure([name]) if one in registry.apps]
            for company in chosen:
                note(env, company, needed, tell=companies is not None)
    for company in everyone:
        seed(env, company.id, before[company.id], apps_of(env, company.id), former=former)


def note(env: Env, company: Company, names: Iterable[str], *, tell: bool = True) -> None:
    """Write down that a company uses apps from now on; ``tell`` the history, where it was decided for it."""
    model = env[CompanyApp]
    known = {
        row.addon_name: row
        for row in env.session.scalars(select(model).where(model.company_id == company.id))
    }
    for name in names:
        row = known.get(name)
        if row is None:
            env.session.add(model(company_id=company.id, addon_name=name, since=env.now()))
        elif row.until is not None:
            row.since, row.until = env.now(), None
        else:
            continue
        if tell:
            _tell(env, company, name, "used")
    env.session.flush()


def seed(
    env: Env,
    company_id: int,
    before: frozenset[str] | None,
    after: frozenset[str],
    *,
    former: Registry | None = None,
) -> None:
    """Run ``seed_data`` in a company for what it uses now and did not before, wires included; None before it
    was there.

    ``former``: the registry that ``before`` was used of, where it is another one.
    """
    from core.registry.lifecycle import seed as seed_plugins  # which lets companies use what it enables

    registry = env.registry.whole
    joined = set(registry.used(after).plugins)
    if before is not None:
        joined -= (former or registry).used(before).plugins.keys()
    uses = {**env.scope.uses, company_id: after}
    if joined:
        within = in_company(_seeing(env, uses), company_id)
        seed_plugins(within, joined)
        within.session.close()


def keep_only(env: Env, company: Company, names: Iterable[str]) -> None:
    """Let a company that was just made use these apps and what they need, and nothing else."""
    wanted = set(env.registry.discovered.closure(names))
    for name in sorted(wanted & env.registry.apps):
        manifest = env.registry.discovered[name].manifest
        if not manifest.is_offered_in(company.country):
            raise NotOffered(manifest, company)
    model = env[CompanyApp]
    for row in env.session.scalars(select(model).where(model.company_id == company.id)):
        if row.addon_name not in wanted:
            env.session.delete(row)
    env.session.flush()


def _seeing(env: Env, uses: dict[int, frozenset[str]]) -> Env:
    """The same Env, with what companies use since this transaction changed it."""
    return type(env)(replace(env.scope, uses=uses), env.access, reason=env.reason)


def stop(env: Env, company_id: int, name: str) -> None:
    """Take an app away from a company: nothing of it runs or shows there, its data stays.

    Refused while other apps of the company need it, and while documents of it are open there.
    """
    _lock(env)
    company = env.get(Company, company_id)
    refuse_stop(env, company, name)
    model = env[CompanyApp]
    row = env.session.scalars(
        select(model).where(model.company_id == company_id, model.addon_name == name)
    ).one()
    row.until = env.now()
    _tell(env, company, name, "stopped")
    env.session.flush()


def refuse_stop(env: Env, company: Company, name: str) -> None:
    """Raise AddonRefused when a company has to go on with an app."""
    registry, apps = env.registry.whole, apps_of(env, company.id)
    known = registry.discovered.addons.get(name)
    title = known.manifest.display if known else name
    if known and known.manifest.is_ground:
        raise AddonRefused(
            _("{addon} is the ground everything stands on: every company uses it.", addon=title),
            hint=_("Stop using the apps that you do not need instead."),
        )
    if name not in apps or known is None:
        raise AddonRefused(
            _("{company} does not use {addon}.", company=company.name, addon=title),
            hint=_("There is nothing to stop."),
        )
    others = registry.discovered.dependents(name, apps & registry.apps)
    if others:
        listed = ", ".join(str(registry.discovered[other].manifest.display) for other in others)
        raise AddonRefused(
            _("{addon} is needed by {others}.", addon=title, others=listed),
            hint=_("Stop using {others} first.", others=listed),
        )
    found = open_documents(env, company.id, name)
    if found:
        raise DocumentsOpen(known.manifest, company, found)


def refuse_country(env: Env, company: Company) -> None:
    """Raise CountryKeepsApp when a company uses an app that its new country is not offered."""
    for name in sorted(registry_of(env.scope, company.id).enabled & env.registry.apps):
        manifest = env.registry.discovered[name].manifest
        if not manifest.is_offered_in(company.country):
            raise CountryKeepsApp(manifest, company)


def open_documents(env: Env, company_id: int, addon: str) -> list[str]:
    """What an app has open in a company, such as "Customer orders: 2": models say it by ``__open_when__``."""
    found = []
    for name, is_open in open_criteria(env.registry.whole, addon).items():
        model: Any = env.registry.whole.models[name]
        here = model.company_id == company_id
        count = env.session.scalar(select(func.count(model.id)).where(here, is_open))
        if count:
            found.append(str(_("{documents}: {count}", documents=model.__labels__ or name, count=count)))
    return sorted(found)


def open_criteria(registry: Registry, addon: str = "") -> dict[str, ColumnElement[bool]]:
    """By model, when a record of it is open: of one app, or of all, as it is tried at start."""
    found = {}
    for name, model in registry.models.items():
        composed: Any = model
        owner = registry.table_units[composed.__table__.name].split("__")[0]
        if model.__open_when__ is not None and addon in ("", owner):
            found[name] = model.__open_when__(composed)
    return found


def _lock(env: Env) -> None:
    """One change at a time: what an app needs is not taken away while the app comes."""
    env.session.scalars(select(env[Workspace].id).with_for_update()).all()


def _tell(env: Env, company: Company, name: str, action: str) -> None:
    env.session.add(env[AddonEvent](addon_name=name, action=action, user_id=env.user.id, detail=company.name))
