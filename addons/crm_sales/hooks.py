"""What crm_sales gives to core's hooks and to base's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.crm_sales import models, reports, roles, views, web
from addons.crm_sales.models import Opportunity
from addons.crm_sales.queries import customers, invariants
from addons.crm_sales.services import examples, letters, opportunities, personal, seeding
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.base.models import Activity, Party
    from addons.base.services.legal import LegalCopy
    from addons.base.services.panels import Fact, Panel
    from core.api import Env, Finding, Menu, Model, Report, Role, View


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (
        models.Team,
        models.TeamMember,
        models.Pipeline,
        models.Stage,
        models.LostReason,
        models.Opportunity,
        models.StageChange,
        models.Quote,
        models.QuoteLine,
        models.QuoteLineTax,
        models.Order,
        models.OrderLine,
        models.OrderLineTax,
    )


@hookimpl
def declare_roles() -> Sequence[Role]:
    return roles.ROLES


@hookimpl
def declare_views() -> Sequence[View]:
    return views.VIEWS


@hookimpl
def declare_menus() -> Sequence[Menu]:
    return views.MENUS


@hookimpl
def declare_reports() -> Sequence[Report]:
    return reports.REPORTS


@hookimpl
def declare_routes() -> Sequence[Any]:
    return web.ROUTES


@hookimpl
def seed_data(env: Env) -> None:
    seeding.seed(env)
    letters.seed(env)


@hookimpl
def activity_planned(env: Env, activity: Activity, record: Model) -> None:
    if isinstance(record, Opportunity):
        opportunities.set_next_step(env, record, activity)


@hookimpl
def activity_done(env: Env, activity: Activity) -> None:
    if activity.model == Opportunity.model_name:
        opportunities.clear_next_step(env, activity)


@hookimpl
def customer_facts(env: Env, party: Party) -> Sequence[Fact]:
    return customers.facts(env, party)


@hookimpl
def customer_panels(env: Env, party: Party) -> Sequence[Panel]:
    return customers.panels(env, party)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return invariants.broken(env)


@hookimpl
def open_business(env: Env, party: Party) -> Sequence[str]:
    return list(personal.still_open(env, party))


@hookimpl
def legal_copies(env: Env) -> Sequence[LegalCopy]:
    return personal.ACCEPTED


@hookimpl
def person_anonymised(env: Env, party: Party) -> None:
    personal.forget(env, party)


@hookimpl
def demo_data(env: Env) -> None:
    examples.load(env)
