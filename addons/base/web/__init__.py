"""Pages of base that no declared view can draw."""

from addons.base.web import (
    agenda,
    calendars,
    consents,
    customers,
    letters,
    master_data,
    personal_data,
    timeline,
    vcards,
)

ROUTES = (
    *timeline.ROUTES,
    *agenda.ROUTES,
    *customers.ROUTES,
    *personal_data.ROUTES,
    *consents.ROUTES,
    *master_data.ROUTES,
    *letters.ROUTES,
    *calendars.ROUTES,
    *vcards.ROUTES,
)

__all__ = ["ROUTES"]
