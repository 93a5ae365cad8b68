"""Who may look at the bridge, and who may repair it."""

from __future__ import annotations

from addons.base.models import Party
from addons.bridge_crm_erp.models import AMOUNTS, CatchUp, DriftCheck, Effect, ForeignLink
from core.api import Grant, Role, _

FOREIGN = "bridge_crm_erp.foreign"
"""The role of the user behind another system's token."""
ROLES = (
    Role(
        "bridge_crm_erp.user",
        _("Bridge: look"),
        implies=("base.user",),
        grants=(
            Grant(Effect, "r"),
            Grant(CatchUp, "r"),
            Grant(DriftCheck, "r"),
            Grant(ForeignLink, "r"),
            Grant(Party, "r"),
        ),
    ),
    Role(
        "bridge_crm_erp.manager",
        _("Bridge: repair and catch up"),
        implies=("bridge_crm_erp.user",),
        grants=(Grant(Effect, "ru"), Grant(CatchUp, "cru"), Grant(DriftCheck, "cru")),
        field_groups=(AMOUNTS,),
    ),
    Role(
        "bridge_crm_erp.amounts",
        _("Customers: invoiced and overdue amounts"),
        implies=("base.user",),
        field_groups=(AMOUNTS,),
    ),
    Role(
        FOREIGN,
        _("Bridge: another system"),
        implies=("base.user",),
        grants=(Grant(ForeignLink, "r"), Grant(Effect, "r")),
    ),
)
