"""What security stores in a workspace."""

from core.security.models.audit import Audit
from core.security.models.encryption import EncryptionKey
from core.security.models.tokens import (
    ApiToken,
    Device,
    Invitation,
    LinkExpired,
    PasswordReset,
    Session,
    SignInTicket,
)
from core.security.models.user import (
    SECRET,
    Density,
    LoginAttempt,
    RecoveryCode,
    Theme,
    User,
    UserCompany,
    UserRole,
)

MODELS = (
    User,
    UserRole,
    UserCompany,
    RecoveryCode,
    LoginAttempt,
    Session,
    Device,
    SignInTicket,
    Invitation,
    PasswordReset,
    ApiToken,
    EncryptionKey,
    Audit,
)

__all__ = [
    "MODELS",
    "SECRET",
    "ApiToken",
    "Audit",
    "Density",
    "Device",
    "EncryptionKey",
    "Invitation",
    "LinkExpired",
    "LoginAttempt",
    "PasswordReset",
    "RecoveryCode",
    "Session",
    "SignInTicket",
    "Theme",
    "User",
    "UserCompany",
    "UserRole",
]
