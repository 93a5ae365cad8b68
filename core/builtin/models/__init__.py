"""What a workspace stores whatever its addons."""

from core.builtin.models.company import Company
from core.builtin.models.state import AddonEvent, AddonState, CompanyApp, Counter, SettingValue, Workspace
from core.mail.models import MODELS as MAIL
from core.rest.models import MODELS as REST
from core.security.models import MODELS as SECURITY
from core.views.models import MODELS as VIEWS
from core.webhooks.models import MODELS as WEBHOOKS

MODELS = (
    Workspace,
    Company,
    AddonState,
    CompanyApp,
    AddonEvent,
    Counter,
    SettingValue,
    *SECURITY,
    *MAIL,
    *WEBHOOKS,
    *REST,
    *VIEWS,
)

__all__ = [
    "MODELS",
    "AddonEvent",
    "AddonState",
    "Company",
    "CompanyApp",
    "Counter",
    "SettingValue",
    "Workspace",
]
