"""What a person agreed to, in which words, and what they took back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.party import Party
from core.api import Choice, Model, Trigger, User, _, about, choice, link, reference


class ConsentChannel(Choice):
    ANY = "any", _("Any channel")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    SMS = "sms", _("Text message")
    POST = "post", _("Post")


class ConsentStatus(Choice):
    GIVEN = "given", _("Given"), "ok"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "bad"


class ConsentSource(Choice):
    FORM = "form", _("Web form")
    PAPER = "paper", _("Paper form")
    CALL = "call", _("Phone call")
    MAIL = "mail", _("E-mail")
    MEETING = "meeting", _("Conversation")
    IMPORT = "import", _("Import")
    API = "api", _("Another system")


class ConsentWording(Model, name="consent_wording", versioned=False):
    """The words somebody agrees to. They are never changed: other words are another version."""

    __label__ = _("Consent wording")
    __labels__ = _("Consent wordings")
    __display__ = "title"

    purpose: Mapped[str] = mapped_column(
        String(60), info=about(help=_("One word for what it is about: newsletter, surveys…"))
    )
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text, info=about(_("Wording")))

    __constraints__ = (
        UniqueConstraint("purpose", "version", name="version_once"),
        CheckConstraint("purpose <> '' AND body <> ''", name="says_something"),
    )
    __triggers__ = (
        Trigger(
            "words_are_final",
            "BEFORE UPDATE OR DELETE",
            body="""
            BEGIN
              RAISE EXCEPTION 'the words of % were shown to people: add a version', OLD.purpose;
            END;
            """,
        ),
    )


class Consent(Model, name="consent", versioned=False):
    """The log of what a person agreed to and took back: nothing in it is ever changed or removed.

    The last entry for a purpose and a channel says what is true now. A merge moves no entry: the state is
    read over all the contacts that became one, and the most restrictive counts (crm.md, definition 6).
    """

    __label__ = _("Consent")
    __labels__ = _("Consents")
    __display__ = "purpose"

    party_id: Mapped[int] = reference("base.party", info=about(_("Person")))
    party: Mapped[Party] = link("base.party", key="party_id")
    purpose: Mapped[str] = mapped_column(String(60))
    channel: Mapped[ConsentChannel] = choice(ConsentChannel, default=ConsentChannel.EMAIL)
    status: Mapped[ConsentStatus] = choice(ConsentStatus)
    wording_id: Mapped[int] = reference("base.consent_wording", info=about(_("Wording")))
    wording: Mapped[ConsentWording] = link("base.consent_wording")
    source: Mapped[ConsentSource] = choice(ConsentSource)
    evidence: Mapped[str | None] = mapped_column(
        String(400), info=about(help=_("Where it can be seen: the form's address, the place of the paper."))
    )
    by_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Noted by")))
    by: Mapped[User | None] = link("core.user", key="by_id")
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()"), info=about(_("When"))
    )

    __constraints__ = (Index("state", "party_id", "purpose", "channel", "at", "id"),)
    __triggers__ = (
        Trigger(
            "append_only",
            "BEFORE UPDATE OR DELETE",
            body="""
            DECLARE
              blanked text[] := ARRAY['evidence', 'updated_at'];
            BEGIN
              IF TG_OP = 'UPDATE' AND NEW.evidence IS NULL
                 AND (to_jsonb(NEW) - blanked) = (to_jsonb(OLD) - blanked)
                 AND EXISTS (SELECT 1 FROM base_party
                              WHERE id = OLD.party_id AND anonymised_at IS NOT NULL) THEN
                RETURN NEW;
              END IF;
              RAISE EXCEPTION 'the consent log is only added to: note what is true now';
            END;
            """,
        ),
    )
