"""Screens of base."""

from addons.base.views import menus
from addons.base.views.activities import ACTIVITY_VIEWS
from addons.base.views.kept import KEPT_VIEWS
from addons.base.views.parties import PARTY_VIEWS
from addons.base.views.personal import PERSONAL_MENUS, PERSONAL_VIEWS
from addons.base.views.places import PLACES
from addons.base.views.settings import SETTING_VIEWS

VIEWS = (*PARTY_VIEWS, *ACTIVITY_VIEWS, *SETTING_VIEWS, *PLACES, *PERSONAL_VIEWS, *KEPT_VIEWS)
MENUS = (*menus.MENUS, *PERSONAL_MENUS)

__all__ = ["MENUS", "VIEWS"]
