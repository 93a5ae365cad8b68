"""An offer to a customer, in versions."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Tax
from addons.crm_sales.models.document import SalesDocument, SalesLine
from core.api import (
    Choice,
    Document,
    Env,
    Model,
    Trigger,
    _,
    about,
    choice,
    hash_of_token,
    link,
    new_token,
    open_in,
    reference,
    writing_closed,
)


class QuoteStatus(Choice):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent"), "accent"
    ACCEPTED = "accepted", _("Accepted"), "ok"
    REFUSED = "refused", _("Refused"), "bad"
    REPLACED = "replaced", _("Replaced")


FINAL_QUOTE = """
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN
      RAISE EXCEPTION 'Quote % was sent and cannot be deleted.', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.status <> 'draft' AND (
       NEW.status = 'draft' OR NEW.number <> OLD.number OR NEW.revision <> OLD.revision
       OR NEW.currency <> OLD.currency OR NEW.net <> OLD.net OR NEW.tax <> OLD.tax
       OR NEW.rounding <> OLD.rounding OR NEW.total <> OLD.total
       OR NEW.tax_summary IS DISTINCT FROM OLD.tax_summary
       OR (NEW.content IS DISTINCT FROM OLD.content AND NOT (NEW.content IS NULL AND OLD.status <> 'accepted'
           AND EXISTS (SELECT 1 FROM base_party WHERE id = OLD.party_id AND anonymised_at IS NOT NULL)))
       OR NEW.document_hash IS DISTINCT FROM OLD.document_hash
       OR NEW.terms IS DISTINCT FROM OLD.terms) THEN
    RAISE EXCEPTION 'Quote % was sent; make a new version to change it.', OLD.number
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status IN ('accepted', 'refused', 'replaced') AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'Quote % is already %.', OLD.number, OLD.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
"""

FINAL_LINES = """
DECLARE
  quote crm_sales_quote%ROWTYPE;
BEGIN
  SELECT * INTO quote FROM crm_sales_quote
   WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.quote_id ELSE NEW.quote_id END
     FOR NO KEY UPDATE;
  IF quote.status <> 'draft' THEN
    RAISE EXCEPTION 'Quote % was sent; make a new version to change it.', quote.number
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
"""


class Quote(SalesDocument, Model, name="quote"):
    """A sent version never changes: a new version replaces it. Of all versions at most one is accepted."""

    __open_when__ = open_in("status", QuoteStatus.DRAFT, QuoteStatus.SENT)
    __label__ = _("Quote")
    __labels__ = _("Quotes")
    __display__ = "reference"
    __searchable__ = ("number", "customer_reference")
    __document__ = Document(
        closed_when=lambda quote: quote.status != QuoteStatus.DRAFT,
        totals_by="services.quotes:recompute",
        free_when_closed=("owner_id", "team_id", "opportunity_id", "contact_id"),
        service_fields=(
            *("revision", "status", "sent_at", "decided_at", "decided_by", "decided_ip", "decided_hash"),
            *("refusal_reason", "document_hash", "content", "token_hash", "token_expires_at"),
        ),
        lock_rank=5,
        closed_hint=_("Make a new version to change it."),
        service_hint=_("Send the quote, or note the customer's answer."),
    )

    __not_copied__ = frozenset(
        {
            *("revision", "status", "sent_at", "decided_at", "decided_by", "decided_ip", "decided_hash"),
            *("refusal_reason", "document_hash", "content", "token_hash", "token_expires_at"),
        }
    )

    revision: Mapped[int] = mapped_column(
        SmallInteger, default=1, server_default=text("1"), info=about(_("Version"))
    )
    status: Mapped[QuoteStatus] = choice(QuoteStatus, default=QuoteStatus.DRAFT)
    quoted_on: Mapped[date] = mapped_column(Date, info=about(_("Quote date")))
    valid_until: Mapped[date] = mapped_column(Date, info=about(_("Valid until"), track=True))
    requested_date: Mapped[date | None] = mapped_column(Date, info=about(_("Delivery date")))
    introduction: Mapped[str | None] = mapped_column(Text, info=about(help=_("Printed above the lines.")))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Sent")))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Decided")))
    decided_by: Mapped[str | None] = mapped_column(String(200), info=about(_("Decided by")))
    decided_ip: Mapped[str | None] = mapped_column(String(45), info=about(_("IP address")))
    decided_hash: Mapped[str | None] = mapped_column(String(64), info=about(_("Document accepted")))
    refusal_reason: Mapped[str | None] = mapped_column(Text)
    document_hash: Mapped[str | None] = mapped_column(
        String(64), info=about(_("Fingerprint of the document"))
    )
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True, info=about(internal=True))
    """What was sent, word for word and amount for amount; ``document_hash`` is its SHA-256."""
    token_hash: Mapped[str | None] = mapped_column(String(64), info=about(internal=True))
    token_expires_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(internal=True)
    )
    lines: Mapped[list["QuoteLine"]] = link(
        "crm_sales.quote_line", back="quote", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        UniqueConstraint("company_id", "number", "revision", name="revision_once"),
        Index(
            "one_accepted", "company_id", "number", unique=True, postgresql_where=text("status = 'accepted'")
        ),
        Index("token", "token_hash", unique=True, postgresql_where=text("token_hash IS NOT NULL")),
        CheckConstraint("revision > 0", name="revision_positive"),
        CheckConstraint("valid_until >= quoted_on", name="valid_after_quoted"),
        CheckConstraint("total = net + tax + rounding", name="parts_add_up"),
        CheckConstraint("status = 'draft' OR document_hash IS NOT NULL", name="sent_has_a_fingerprint"),
        CheckConstraint("status <> 'refused' OR refusal_reason IS NOT NULL", name="refused_has_a_reason"),
    )
    __triggers__ = (Trigger("sent_is_final", "BEFORE UPDATE OR DELETE", body=FINAL_QUOTE),)

    @property
    def reference(self) -> str:
        """Q-2026-0190, and from the second version on Q-2026-0190/2."""
        return self.number if (self.revision or 1) == 1 else f"{self.number}/{self.revision}"

    def renew_link(self, env: Env) -> str:
        """Make the secret of the customer's page and give its path; one that was made before is dead.

        Valid until thirty days after the quote's own end, so that a late customer reads a sentence, not an
        error.
        """
        token = new_token()
        end = datetime.combine(self.valid_until, time.max, tzinfo=env.tz)
        with writing_closed(self):
            self.token_hash, self.token_expires_at = hash_of_token(token), end + timedelta(days=30)
        return f"/quote/{token}"

    @property
    def is_draft(self) -> bool:
        return self.status == QuoteStatus.DRAFT

    @property
    def is_sent(self) -> bool:
        return self.status == QuoteStatus.SENT


class QuoteLine(SalesLine, Model, name="quote_line", versioned=False):
    """Lines of a sent quote are as final as the quote."""

    __label__ = _("Quote line")
    __labels__ = _("Quote lines")
    __display__ = "description"

    __not_copied__ = frozenset({"quote_id"})

    quote_id: Mapped[int] = reference("crm_sales.quote", ondelete="CASCADE")
    quote: Mapped[Quote] = link("crm_sales.quote", back="lines")
    taxes: Mapped[list[Tax]] = link("catalog.tax", through="crm_sales.quote_line_tax", many=True)

    __constraints__ = (
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_range"),
        CheckConstraint("kind <> 'product' OR product_id IS NOT NULL OR description <> ''", name="says_what"),
    )
    __triggers__ = (Trigger("sent_is_final", "BEFORE INSERT OR UPDATE OR DELETE", body=FINAL_LINES),)


class QuoteLineTax(Model, name="quote_line_tax", versioned=False):
    """Joins a quote line and a tax."""

    __display__ = "id"

    quote_line_id: Mapped[int] = reference("crm_sales.quote_line", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax", index=False)

    __constraints__ = (UniqueConstraint("quote_line_id", "tax_id", name="once"),)
