"""What bridge_crm_erp stores."""

from addons.bridge_crm_erp.models.amounts import AMOUNTS
from addons.bridge_crm_erp.models.check import CatchUp, DriftCheck
from addons.bridge_crm_erp.models.effect import Effect, EffectState, Event
from addons.bridge_crm_erp.models.foreign import ForeignKind, ForeignLink

__all__ = [
    "AMOUNTS",
    "CatchUp",
    "DriftCheck",
    "Effect",
    "EffectState",
    "Event",
    "ForeignKind",
    "ForeignLink",
]
