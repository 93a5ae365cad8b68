from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.crm_sales.models import Opportunity, Team
from addons.crm_sales.services import opportunities
from addons.erp_accounting.models import Account, Ledger
from core.builtin.models import AddonEvent, Company
from core.jobs.run import Order, Unrunnable, run
from core.platform import in_company
from core.registry import lifecycle, usage
from core.registry.plans import AddonRefused
from core.registry.usage import CountryKeepsApp, DocumentsOpen, NotOffered
from core.security.refusals import AppNotUsed
from tests.crm_sales.factories import a_lost_reason, an_opportunity

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

ALL = pytest.mark.addons("crm_sales", "erp_orders", "erp_accounting", "l10n_fr", "bridge_crm_erp")


def a_company(workspace: LiveWorkspace, *apps: str, country: str = "FR", locale: str = "en") -> int:
    with workspace.env(reason="test", whole=True) as env:
        company = env.add(Company, name="Kervran", country=country, locale=locale)
        usage.keep_only(env, company, apps)
        usage.seed(env, company.id, None, usage.apps_of(env, company.id))
        return company.id


@ALL
def test_a_new_company_uses_every_app_that_its_country_is_offered(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        german = env.add(Company, name="Kesselring", country="DE").id

    with workspace.env() as env:
        here = env.company.id
        assert usage.apps_of(env, here) == env.registry.apps
        assert usage.apps_of(env, german) == env.registry.apps - {"l10n_fr"}
        assert env.companies_using("l10n_fr") == (here,)
        assert env.companies_using("base") == (here, german)


@ALL
def test_beginning_brings_what_is_needed_and_the_books_of_the_country(workspace: LiveWorkspace) -> None:
    there = a_company(workspace, "crm_sales", locale="fr")

    with workspace.env(company_id=there, company_ids=(there,)) as env:
        assert not env.enabled("erp_accounting")
        assert env.enabled("crm_sales")
        plan = usage.begin(env, there, ["l10n_fr"])

    assert (plan.chosen, plan.also) == (("l10n_fr",), ("erp_accounting",))
    with workspace.env(company_id=there, company_ids=(there,)) as env:
        assert env.enabled("erp_accounting")
        ledger = env.session.scalars(select(env[Ledger]).where(env[Ledger].company_id == there)).one()
        assert ledger.chart == "fr_pcg"
        event = env[AddonEvent]
        told = env.session.execute(select(event.action, event.addon_name).where(event.detail == "Kervran"))
        assert sorted(told.all()) == [("used", "erp_accounting"), ("used", "l10n_fr")]


@ALL
def test_accounting_in_a_french_company_proposes_france(workspace: LiveWorkspace) -> None:
    there = a_company(workspace, "crm_sales")

    with workspace.env() as env:
        plan = usage.begin(env, there, ["erp_accounting"])

    assert plan.proposed == ("l10n_fr",)


@pytest.mark.addons("base")
def test_enabling_accounting_later_proposes_france_and_its_chart(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        env.company.locale = "fr"

    plan = lifecycle.preview_enable(workspace.platform, workspace.entry, ["erp_accounting"])
    assert plan.proposed == ("l10n_fr",)
    lifecycle.enable(workspace.platform, workspace.entry, ["erp_accounting", *plan.proposed])

    with workspace.env() as env:
        assert env.session.scalars(select(env[Ledger].chart)).one() == "fr_pcg"
        bank = select(env[Account].name).where(env[Account].code == "512000")
        assert env.session.scalars(bank).one() == "Banque"


@pytest.mark.addons("base")
def test_the_general_chart_is_in_the_language_of_the_company(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        env.company.locale, env.company.country = "fr", "BE"
        english = env.add(Company, name="Kesselring", country="IE", locale="en").id

    lifecycle.enable(workspace.platform, workspace.entry, ["erp_accounting"])

    with workspace.env() as env:
        model, french = env[Account], env.company.id
        names = select(model.company_id, model.name).where(model.code == "1100")
        assert dict(env.session.execute(names).all()) == {french: "Clients", english: "Customers"}


@ALL
def test_what_is_of_another_country_is_refused(workspace: LiveWorkspace) -> None:
    there = a_company(workspace, country="DE")

    with workspace.env() as env, pytest.raises(NotOffered, match="France is not offered to Kervran"):
        usage.begin(env, there, ["l10n_fr"])


@ALL
def test_a_company_does_not_move_away_from_an_app_it_uses(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        env.company.country = "DE"
        with pytest.raises(CountryKeepsApp, match="uses France, which is not offered"):
            env.session.flush()
        env.company.country = "FR"


@ALL
def test_stopping_waits_for_what_is_open_and_leaves_the_data(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        here, deal = env.company.id, an_opportunity(env).id

    with workspace.env() as env, pytest.raises(DocumentsOpen, match="Opportunities: 1"):
        usage.stop(env, here, "crm_sales")
    with workspace.env() as env:
        opportunities.lose(env, env.get(Opportunity, deal), a_lost_reason(env))
    with workspace.env() as env:
        usage.stop(env, here, "crm_sales")

    with workspace.env() as env:
        assert not env.enabled("crm_sales")
        assert env.get(Opportunity, deal).title
        usage.begin(env, here, ["crm_sales"])
    with workspace.env() as env:
        assert env.enabled("crm_sales")


@ALL
def test_what_others_need_and_the_ground_go_on(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        here = env.company.id
        with pytest.raises(AddonRefused, match="Accounting is needed by France"):
            usage.stop(env, here, "erp_accounting")
        with pytest.raises(AddonRefused, match="every company uses it"):
            usage.stop(env, here, "catalog")


@ALL
def test_nothing_of_an_app_is_written_into_a_company_without_it(workspace: LiveWorkspace) -> None:
    there = a_company(workspace, "erp_accounting")

    with workspace.env() as env, env.within(there):
        with pytest.raises(AppNotUsed, match="does not use Sales"):
            env.bulk_insert(Team, [{"name": "North", "company_id": there}])
        with pytest.raises(AppNotUsed, match="does not use Sales"), env.session.begin_nested():
            env.add(Team, name="North", company_id=there)


@ALL
def test_documents_of_another_company_are_worked_on_with_its_apps(workspace: LiveWorkspace) -> None:
    there = a_company(workspace, "erp_accounting")

    with workspace.env() as env:
        assert env.enabled("crm_sales")
        with env.within(there):
            assert not env.enabled("crm_sales")
            assert "crm_sales.order" not in env.registry.models
        assert env.enabled("crm_sales")
        assert not in_company(env, there).enabled("crm_sales")


@ALL
def test_jobs_run_for_the_companies_that_use_the_app(workspace: LiveWorkspace) -> None:
    there = a_company(workspace, "crm_sales")
    order = Order(workspace.entry.name, "erp_accounting.write_recurring", "{}", {"company": there})

    with pytest.raises(Unrunnable, match="does not use its app"):
        run(workspace.platform, order)
