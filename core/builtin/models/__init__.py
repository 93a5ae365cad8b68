"""What a workspace stores whatever its addons."""

from core.builtin.models.company import Company
from core.builtin.models.state import AddonEvent, AddonState, Counter, SettingValue, Workspace

MODELS = (Workspace, Company, AddonState, AddonEvent, Counter, SettingValue)

__all__ = ["MODELS", "AddonEvent", "AddonState", "Company", "Counter", "SettingValue", "Workspace"]
