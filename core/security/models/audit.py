"""Who did what, when."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n import _
from core.orm.ddl import Trigger
from core.orm.exposure import Exposure
from core.orm.model import Model, about

_APPEND_ONLY = """
DECLARE
  erased text[] := ARRAY['changes', 'reason'];
  here text := 'transaction ' || pg_current_xact_id();
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('passerelle.erasing', true) = 'on'
     AND (to_jsonb(NEW) - erased) = (to_jsonb(OLD) - erased)
     AND (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.changes) k) IS NOT DISTINCT FROM
         (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(OLD.changes) k) THEN
    INSERT INTO core_audit (at, created_at, updated_at, action, model, changes, request_id, reason)
      SELECT clock_timestamp(), now(), now(), 'erase', 'core.audit', '{}', here, 'erase a person'
       WHERE NOT EXISTS (SELECT FROM core_audit WHERE model = 'core.audit' AND action = 'erase'
                            AND request_id = here AND created_at = now());
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is only added to';
END;
"""
"""Erasing a person takes values out, never who, when, where and which fields, and leaves a row of its own:
written here, so that no one who knows of the exception uses it without a trace."""


class Audit(Model, name="audit", versioned=False, follows=("model", "record_id")):
    """One written row, sign-in, export or elevated passage. Only the platform writes it; the database lets
    nobody change or remove it.

    No foreign keys: the trace outlives what it tells about.
    """

    __exposure__ = Exposure.READ
    __display__ = "action"
    __label__ = _("Audit entry")
    __labels__ = _("Audit trail")
    __audited__ = False
    __of_company__ = True
    __constraints__ = (
        Index("record", "model", "record_id", "id"),
        Index("user", "user_id", "id"),
        Index("when", "at", postgresql_using="brin"),
        Index("deleted", "model", "id", postgresql_where=text("action = 'delete'")),
    )
    __triggers__ = (
        Trigger("append_only", "BEFORE UPDATE OR DELETE", _APPEND_ONLY),
        Trigger("not_emptied", "BEFORE TRUNCATE", _APPEND_ONLY, once=True),
    )

    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=about(_("When")))
    company_id: Mapped[int | None] = mapped_column(BigInteger, info=about(_("Company")))
    """Whose document it was; empty for what belongs to the whole workspace."""
    user_id: Mapped[int | None] = mapped_column(BigInteger, info=about(_("User")))
    """Empty: the platform itself."""
    action: Mapped[str] = mapped_column(String(30), info=about(_("Action")))
    """create, update, delete, login, logout, export, system, erase, or a verb of an addon."""
    model: Mapped[str] = mapped_column(String(80), default="", info=about(_("Kind")))
    record_id: Mapped[int | None] = mapped_column(BigInteger)
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, info=about(_("Changes")))
    """Field to [old, new]; to null when the value is a secret and was not kept."""
    request_id: Mapped[str] = mapped_column(String(40), default="", info=about(_("Request")))
    reason: Mapped[str] = mapped_column(Text, default="", info=about(_("Reason")))
