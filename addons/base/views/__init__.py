"""Screens of base."""

from addons.base.views.activities import ACTIVITY_VIEWS
from addons.base.views.menus import MENUS
from addons.base.views.parties import PARTY_VIEWS
from addons.base.views.places import PLACES
from addons.base.views.settings import SETTING_VIEWS

VIEWS = (*PARTY_VIEWS, *ACTIVITY_VIEWS, *SETTING_VIEWS, *PLACES)

__all__ = ["MENUS", "VIEWS"]
