"""Pages of base that no declared view can draw."""

from addons.base.web import agenda, customers, timeline

ROUTES = (*timeline.ROUTES, *agenda.ROUTES, *customers.ROUTES)

__all__ = ["ROUTES"]
