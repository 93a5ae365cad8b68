"""The pages of core, one file per subject."""

from __future__ import annotations

from typing import Any

from core.web import records
from core.web.routes import (
    apps,
    company_apps,
    favourites,
    help_pages,
    notifications,
    operations,
    probes,
    profile,
    settings,
    setup,
    sign_in,
    start,
    upkeep,
    users,
    webhooks,
)


def all_routes() -> list[Any]:
    """Every route of core but those of the API."""
    return [
        *probes.ROUTES,
        *notifications.ROUTES,
        *help_pages.ROUTES,
        *apps.ROUTES,
        *company_apps.ROUTES,
        *settings.ROUTES,
        *operations.ROUTES,
        *records.ROUTES,
        *profile.ROUTES,
        *setup.ROUTES,
        *sign_in.ROUTES,
        *start.ROUTES,
        *upkeep.ROUTES,
        *users.ROUTES,
        *favourites.ROUTES,
        *webhooks.ROUTES,
    ]
