"""The keys that secrets of a workspace are encrypted with."""

from datetime import datetime

from sqlalchemy import DateTime, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n import _
from core.orm.model import Model, about
from core.security.models.user import SECRET


class EncryptionKey(Model, name="encryption_key", versioned=False):
    """A key of the workspace, wrapped by a master key of the key file: by itself it opens nothing.

    One is current. Those before it stay, for backups and archives of removed apps hold what they encrypted.
    """

    __display__ = "master"
    __label__ = _("Encryption key")
    __labels__ = _("Encryption keys")
    __audited__ = False
    __constraints__ = (
        Index(
            "current", text("(retired_at IS NULL)"), unique=True, postgresql_where=text("retired_at IS NULL")
        ),
    )

    wrapped: Mapped[str] = mapped_column(String(120), info=about(group=SECRET, internal=True))
    """Base64 of nonce, key and tag: AES-256-GCM under the master key."""
    master: Mapped[str] = mapped_column(String(16), info=about(_("Master key")))
    """Fingerprint of the master key."""
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Retired")))
