"""Lists and forms of what is noted and never changed: consents and their words, runs, addresses, numbers.

They serve the interface for programs and the search; people work on the pages under Settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import (
    CalendarFeed,
    Consent,
    ConsentWording,
    ExternalId,
    ExternalSystem,
    MailTemplate,
    OwnedField,
    RetentionRefusal,
    RetentionRule,
    RetentionRun,
)
from addons.base.services import consents, mailing
from core.api import Form, List, Section

if TYPE_CHECKING:
    from core.api import Env


def stored(record: Any) -> bool:
    """Whether it is written already: then it is only read."""
    return record.id is not None


def note_consent(env: Env, values: dict[str, Any]) -> Consent:
    """Add to the log, by the rules of the log."""
    return consents.note(
        env,
        values["party"],
        values["wording"],
        values["channel"],
        values["status"],
        values["source"],
        evidence=values.get("evidence") or "",
    )


def add_wording(env: Env, values: dict[str, Any]) -> ConsentWording:
    """The next version of the words of a purpose."""
    return consents.add_wording(env, values["purpose"], values["title"], values["body"])


def add_template(env: Env, values: dict[str, Any]) -> MailTemplate:
    """A template whose fields all exist."""
    return mailing.save_template(env, None, values)


KEPT_VIEWS = (
    List(
        Consent,
        columns=("party", "purpose", "channel", "status", "source", "by", "at"),
        filters=("purpose", "channel", "status", "at"),
        default_sort="-at",
        create=False,
    ),
    Form(
        Consent,
        sections=(Section("", ("party", "wording", "channel", "status"), ("source", "evidence")),),
        readonly=stored,
        deletable=False,
        create=note_consent,
        timeline=False,
    ),
    List(ConsentWording, columns=("title", "purpose", "version"), default_sort="purpose", create=False),
    Form(
        ConsentWording,
        sections=(Section("", ("purpose", "title", "body")),),
        readonly=stored,
        deletable=False,
        create=add_wording,
        timeline=False,
    ),
    List(MailTemplate, columns=("name", "model", "locale", "subject", "active"), create=False),
    Form(
        MailTemplate,
        sections=(Section("", ("name", "model", "locale", "report"), ("subject", "body")),),
        readonly=stored,
        create=add_template,
        timeline=False,
    ),
    List(ExternalId, columns=("party", "system", "external_id", "seen_at"), create=False),
    Form(ExternalId, sections=(Section("", ("party", "system", "external_id")),), timeline=False),
    *(
        view
        for model in (CalendarFeed, ExternalSystem, OwnedField, RetentionRule, RetentionRun, RetentionRefusal)
        for view in (
            List(model, create=False),
            Form(model, readonly=True, deletable=False, timeline=False),
        )
    ),
)
