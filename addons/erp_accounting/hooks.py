"""What erp_accounting gives the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting import demo, jobs, models, views, web
from addons.erp_accounting.menus import MENUS
from addons.erp_accounting.reports.printing import REPORTS
from addons.erp_accounting.roles import ROLES
from addons.erp_accounting.services import (
    analytic_verification,
    charts,
    dunning_levels,
    letters,
    personal,
    verification,
)
from addons.erp_accounting.services.bank import checks as bank_checks
from addons.erp_accounting.services.generic_chart import GENERIC
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from addons.base.models import Party
    from addons.base.services.legal import LegalCopy
    from addons.erp_accounting.charting import Chart
    from core.api import Env, Finding, Job, Menu, Model, Report, Role, View


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    """List what is stored."""
    return (*models.MODELS, *models.EXTENSIONS)


@hookimpl
def declare_charts() -> Sequence[Chart]:
    """Offer the international chart."""
    return (GENERIC,)


@hookimpl
def declare_roles() -> Sequence[Role]:
    """List the roles of the books."""
    return ROLES


@hookimpl
def declare_views() -> Sequence[View]:
    """List the screens."""
    return views.VIEWS


@hookimpl
def declare_menus() -> Sequence[Menu]:
    """List the entries of the side bar."""
    return MENUS


@hookimpl
def declare_routes() -> Sequence[Any]:
    """List the report pages."""
    return web.ROUTES


@hookimpl
def declare_reports() -> Sequence[Report]:
    """List what is printed."""
    return REPORTS


@hookimpl
def declare_jobs() -> Sequence[Job[Any]]:
    """List the work in the background."""
    return (jobs.send_reminders, jobs.remind_nightly, jobs.write_recurring)


@hookimpl
def seed_data(env: Env) -> None:
    """Open the books of the company; letters about its invoices."""
    charts.open_books(env)
    letters.seed(env)
    dunning_levels.begin(env)


@hookimpl
def demo_data(env: Env) -> None:
    """Half a year of business."""
    demo.load(env)


@hookimpl
def workspace_ready(env: Env) -> None:
    """Open the books of the company that the wizard has just made."""
    charts.open_books(env)
    dunning_levels.begin(env)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    """Check the books and the bank statements of every company."""
    yield from verification.findings(env)
    yield from analytic_verification.findings(env)
    yield from bank_checks.findings(env)


@hookimpl
def open_business(env: Env, party: Party) -> Sequence[str]:
    return list(personal.still_open(env, party))


@hookimpl
def legal_copies(env: Env) -> Sequence[LegalCopy]:
    return personal.POSTED


@hookimpl
def person_anonymised(env: Env, party: Party) -> None:
    personal.forget(env, party)
