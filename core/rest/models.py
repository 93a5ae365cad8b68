"""Answers already given to a repeated request."""

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n import _
from core.orm.model import Model, about


class IdempotencyKey(Model, name="idempotency_key", versioned=False):
    """A POST repeated with the same key gets the first answer again; nothing happens twice."""

    __label__ = _("Repeated request")
    __labels__ = _("Repeated requests")
    __display__ = "key"
    __audited__ = False  # technical: what the request did has audit rows of its own
    __constraints__ = (UniqueConstraint("user_id", "key", name="user_key"),)

    user_id: Mapped[int] = mapped_column(BigInteger, info=about(internal=True))
    key: Mapped[str] = mapped_column(String(200), info=about(internal=True))
    fingerprint: Mapped[str] = mapped_column(String(64), info=about(internal=True))
    """SHA-256 of method, path and body."""
    status: Mapped[int | None] = mapped_column(Integer, info=about(internal=True))
    headers: Mapped[str | None] = mapped_column(Text, info=about(internal=True))
    body: Mapped[bytes | None] = mapped_column(LargeBinary, info=about(internal=True))


MODELS = (IdempotencyKey,)
