"""Screens of crm_sales."""

from addons.crm_sales.views.dashboard import DASHBOARD_VIEWS
from addons.crm_sales.views.menus import MENUS
from addons.crm_sales.views.opportunities import OPPORTUNITY_VIEWS, PARTY_ACTIONS
from addons.crm_sales.views.orders import ORDER_VIEWS
from addons.crm_sales.views.quotes import QUOTE_VIEWS
from addons.crm_sales.views.settings import SETTING_VIEWS

VIEWS = (*OPPORTUNITY_VIEWS, *QUOTE_VIEWS, *ORDER_VIEWS, *SETTING_VIEWS, *DASHBOARD_VIEWS, PARTY_ACTIONS)

__all__ = ["MENUS", "VIEWS"]
