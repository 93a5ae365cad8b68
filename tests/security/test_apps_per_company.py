"""Of an app that a company does not use nothing appears and nothing runs there; it is whole in the other.

Every addon that is found is tried, with every kind of thing that addons contribute: the kinds are read from
the ``declare_*`` hooks, the hooks from the specifications, the routes from the application.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from core.builtin.models import Company
from core.env import Env, Who
from core.hooks import is_for_workspace
from core.jobs.run import jobs_of
from core.registry import usage
from core.rest import openapi
from core.rest.schemas import shapes
from core.security.access import access_of, roles_of
from core.security.roles import ADMIN
from core.testing.web import Visitor, a_person
from core.views.access import readable
from core.views.catalog import columns_of, lines_of, sections_of, views_of
from core.views.fields import field_of
from core.views.imports.mapping import targets
from core.views.search import search_everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.platform import Platform
    from core.registry.compose import Registry
    from core.testing.workspaces import Workspaces


@dataclass(frozen=True)
class Pair:
    """The same administrator in a company that uses every app and in one that lacks some."""

    here: Env
    there: Env
    gone: frozenset[str]
    """The units, addons and wires, that the second company does not use."""

    @property
    def whole(self) -> Registry:
        return self.here.registry.whole

    def plugins(self) -> Iterator[Any]:
        return (module for name, module in self.whole.plugins.items() if name in self.gone)

    def models(self) -> set[str]:
        """Models that only exist where the apps are used."""
        return {
            name
            for name, model in self.whole.models.items()
            if self.whole.table_units[model.__table__.name] in self.gone  # type: ignore[attr-defined]  # composed
        }

    def attributes(self) -> Iterator[tuple[str, str]]:
        """(model, attribute) that the missing apps add to models which are there."""
        for name, absent in self.there.registry.absent.items():
            yield from ((name, attribute) for attribute in sorted(absent))


def everything(platform: Platform) -> list[str]:
    return sorted(platform.discovered.addons)


@pytest.fixture(scope="module")
def system(workspaces: Workspaces, platform: Platform) -> Iterator[Env]:
    with workspaces.rolled_back(everything(platform)) as env:
        yield env


@pytest.fixture(scope="module")
def pairs(system: Env) -> list[Pair]:
    """For every app: one company with all apps, and one without this app and those that need it."""
    there = system.add(Company, name="Kervran", country="FR").id
    discovered, apps = system.registry.discovered, system.registry.apps
    return [
        a_pair(system, there, apps - {name} - set(discovered.dependents(name, apps))) for name in sorted(apps)
    ]


def a_pair(system: Env, there: int, used: frozenset[str]) -> Pair:
    here = system.company.id
    uses = {here: system.registry.apps, there: used}
    whole = system.registry.whole
    gone = frozenset(whole.units) - frozenset(whole.used(used).units)
    return Pair(an_administrator(system, uses, here), an_administrator(system, uses, there), gone)


def an_administrator(system: Env, uses: dict[int, frozenset[str]], *companies: int) -> Env:
    whole = system.registry.whole
    shown = whole.used(frozenset().union(*(uses[one] for one in companies)))
    scope = replace(
        system.scope,
        user=Who(1, "Camille", roles=frozenset({ADMIN})),
        company_id=companies[0],
        company_ids=companies,
        registry=shown,
        at_work=whole.used(uses[companies[0]]),
        uses=uses,
        version=0,
    )
    return Env(scope, access_of(shown, scope.user.roles, everything=False))


def declared_by(plugin: Any, hook: str) -> list[Any]:
    declare = getattr(plugin, hook, None)
    return list(declare()) if declare else []


def test_no_hook_of_an_app_runs_where_it_is_not_used(pairs: list[Pair]) -> None:
    for pair in pairs:
        for name, caller in vars(pair.there.hooks).items():
            plugins = {one.plugin_name for one in caller.get_hookimpls()}
            all_of_them = {one.plugin_name for one in getattr(pair.here.hooks, name).get_hookimpls()}

            if is_for_workspace(caller):
                assert plugins == all_of_them, name
            else:
                assert plugins == all_of_them - pair.gone, name


def test_nothing_that_an_app_declares_is_there_where_it_is_not_used(pairs: list[Pair]) -> None:
    kinds = {name for name in vars(pairs[0].here.hooks) if name.startswith("declare_")}
    assert {"declare_views", "declare_menus", "declare_roles", "declare_jobs", "declare_reports"} < kinds

    for pair in pairs:
        for kind in kinds:
            theirs = [item for plugin in pair.plugins() for item in declared_by(plugin, kind)]
            here, there = (
                [item for items in getattr(env.hooks, kind)() for item in items]
                for env in (pair.here, pair.there)
            )
            assert len(there) == len(here) - len(theirs), (kind, sorted(pair.gone))


def test_no_screen_names_a_model_or_an_attribute_of_an_app_that_is_not_used(pairs: list[Pair]) -> None:
    for pair in pairs:
        catalog, absent = views_of(pair.there.registry), pair.there.registry.absent
        assert not pair.models() & catalog.models.keys()
        for name, views in catalog.models.items():
            lists = [column.path for declared in views.lists.values() for column in columns_of(declared)]
            fields = [
                path if isinstance(path, str) else path.path
                for section in sections_of(views.the_form)
                for column in section.columns
                for path in column
            ]
            shown = [
                path
                for path in (*lists, *fields, *(lines.path for lines in lines_of(views.the_form)))
                if readable(pair.there, field_of(views.model, path))
            ]
            assert not absent.get(name, frozenset()) & {path.partition(".")[0] for path in shown}, name
        dashboards = {
            model.model_name
            for board in catalog.dashboards.values()
            for part in (*board.charts, *board.lists)
            for model in [part.model]
        }
        assert not pair.models() & dashboards


def test_what_an_app_adds_to_shared_records_is_seen_by_no_screen_file_or_program(pairs: list[Pair]) -> None:
    tried = 0
    for pair in pairs:
        for name, attribute in pair.attributes():
            model: Any = pair.whole.model(name)
            tried += 1
            assert not pair.there.access.shows_field(model, attribute)
            if hasattr(model, attribute) and attribute in model.__mapper__.attrs:
                assert not readable(pair.there, field_of(model, attribute)), (name, attribute)
                assert (
                    readable(pair.here, field_of(model, attribute))
                    or pair.here.access.is_absent(model, attribute) is False
                )
            shape = shapes(pair.there).get(name)
            if shape is not None:
                assert attribute not in shape.attributes
                assert attribute not in shape.writable
    assert tried > 20


def test_nobody_holds_a_grant_on_an_app_that_their_company_does_not_use(pairs: list[Pair]) -> None:
    for pair in pairs:
        roles = frozenset(roles_of(pair.whole))
        everyone = access_of(pair.there.registry, roles, everything=False)
        for model in pair.models():
            for operation in "crud":
                assert not pair.there.access.allows(model, operation)
                assert not everyone.allows(model, operation)
                assert pair.here.access.allows(model, operation)
        theirs = {role.name for role in roles_of(pair.there.registry).values()}
        assert not {name for name in theirs if name.partition(".")[0] in pair.gone}


def test_programs_find_no_address_of_an_app_that_is_not_used(pairs: list[Pair]) -> None:
    for pair in pairs:
        assert not pair.models() & shapes(pair.there).keys()
        assert pair.models() & shapes(pair.here).keys() or not pair.models()
        paths = openapi.document(pair.there)["paths"]
        assert not {path.split("/")[1] for path in paths} & pair.models()


def test_files_bring_no_field_of_an_app_that_is_not_used(pairs: list[Pair]) -> None:
    for pair in pairs:
        for name, absent in pair.there.registry.absent.items():
            views = views_of(pair.there.registry).of(name)
            if not pair.there.access.allows(name, "c") or name.startswith("core."):
                continue
            paths = {target.path.partition(".")[0] for target in targets(pair.there, views)}
            assert not paths & absent, name


def test_the_menu_and_the_jobs_have_no_entry_of_an_app_that_is_not_used(pairs: list[Pair]) -> None:
    for pair in pairs:
        theirs = {menu.view for plugin in pair.plugins() for menu in declared_by(plugin, "declare_menus")}
        assert not {menu.view for menu in views_of(pair.there.registry).menus} & theirs
        assert theirs <= {menu.view for menu in views_of(pair.here.registry).menus}
        addons = {unit.partition("__")[0] for unit in pair.gone if "__" not in unit}
        assert not addons & {job.addon for job in jobs_of(pair.there.registry).values()}


def test_the_search_looks_into_nothing_of_an_app_that_is_not_used(
    pairs: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(
        "core.views.search.nearest", lambda env, model, words, most: looked.append(model.model_name) or []
    )
    for pair in pairs:
        looked.clear()
        search_everywhere(pair.there, "Verdier")
        assert not set(looked) & pair.models()
        looked.clear()
        search_everywhere(pair.here, "Verdier")
        assert {name for name in pair.models() if pair.whole.models[name].__searchable__} <= set(looked)


def test_seen_together_an_app_shows_when_any_company_uses_it(pairs: list[Pair], system: Env) -> None:
    for pair in pairs:
        both = an_administrator(
            system, dict(pair.there.scope.uses), pair.there.company_id or 0, pair.here.company_id or 0
        )

        assert both.registry is pair.whole
        assert not any(both.enabled(unit) for unit in pair.gone)
        for model in pair.models():
            shape = both.session.plan.models[model].shape  # type: ignore[attr-defined]  # a guarded session
            if shape.company_owned:
                seen = both.session.rules.companies_for(shape)  # type: ignore[attr-defined]  # the same
                assert seen == {pair.here.company_id} - (
                    {pair.here.company_id} if shape.of_current else set()
                )


def test_every_document_of_a_company_says_when_it_is_open(platform: Platform) -> None:
    """A company cannot stop using an app while something waits there: a new model with a status says when."""
    whole = platform.registries.of(everything(platform))
    silent = [
        name
        for name, model in whole.models.items()
        if {"state", "status"}.intersection(model.__table__.columns.keys())  # type: ignore[attr-defined]  # composed
        and "company_id" in model.__table__.columns  # type: ignore[attr-defined]  # the same
        and whole.table_units[model.__table__.name].partition("__")[0] in whole.apps  # type: ignore[attr-defined]  # set by compose
        and not model.__of_current_company__
        and model.__open_when__ is None
    ]

    assert silent == []


def test_no_page_of_any_app_answers_in_a_company_that_uses_none(
    workspaces: Workspaces, platform: Platform, app: Any
) -> None:
    """Every route that an addon declares, every model's pages and the interface for programs."""
    entry = workspaces.fresh(everything(platform))
    with platform.env(entry, reason="test") as env:
        there = env.add(Company, name="Kervran", country="DE").id
        company = env.get(Company, there)
        usage.keep_only(env, company, ())
        here = env.company.id
        apps, whole = env.registry.apps, env.registry.whole
    stranger = Visitor(app, entry, a_person(platform, entry, name="Ana", companies=[there]))
    at_home = Visitor(app, entry, a_person(platform, entry, name="Ben", companies=[here]))

    pages = [(method, path) for name in sorted(apps) for method, path in routes_of(platform, name)]
    assert len(pages) > 40
    answered = []
    for method, path in pages:
        answer = stranger.get(path) if method == "GET" else stranger.post(path)
        if answer.status_code != 404:
            answered.append((method, path, answer.status_code))
    models = [
        name
        for name, model in whole.models.items()
        if whole.table_units[model.__table__.name].partition("__")[0] in apps  # type: ignore[attr-defined]  # set by compose
    ]
    for name in models:
        path = f"/app/{name.replace('.', '/', 1)}/"
        if stranger.get(path).status_code != 404:
            answered.append(("GET", path, 0))

    assert answered == []
    assert {at_home.get(f"/app/{name.replace('.', '/', 1)}/").status_code for name in models} == {200}
    workspaces.release(entry)


def routes_of(platform: Platform, addon: str) -> Iterator[tuple[str, str]]:
    hooks = platform.discovered[addon].hooks
    wires = [wire.hooks for wire in platform.discovered[addon].wires]
    for plugin in filter(None, (hooks, *wires)):
        for route in declared_by(plugin, "declare_routes"):
            for path in getattr(route, "paths", ()):
                for method in route.http_methods:
                    yield str(method), re.sub(r"{(\w+)(:\w+)?}", lambda found: a_value(found[2]), path)


def a_value(kind: str | None) -> str:
    return {":int": "1", ":date": "2026-11-24", ":uuid": "00000000-0000-4000-8000-000000000000"}.get(
        kind or "", "x"
    )
