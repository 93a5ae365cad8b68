"""What erp_accounting gives the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting import models
from addons.erp_accounting.roles import ROLES
from addons.erp_accounting.services import charts, verification
from addons.erp_accounting.services.generic_chart import GENERIC
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.api import Env, Finding, Model, Role


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    """List what is stored."""
    return (*models.MODELS, *models.EXTENSIONS)


@hookimpl
def declare_charts() -> Sequence[charts.Chart]:
    """Offer the international chart."""
    return (GENERIC,)


@hookimpl
def declare_roles() -> Sequence[Role]:
    """List the roles of the books."""
    return ROLES


@hookimpl
def seed_data(env: Env) -> None:
    """Open the books of the company."""
    charts.open_books(env)


@hookimpl
def workspace_ready(env: Env) -> None:
    """Open the books of the company that the wizard has just made."""
    charts.open_books(env)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    """Check the books of every company."""
    return verification.findings(env)
