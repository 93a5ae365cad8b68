"""Write to somebody about a record: from a template or freely, with its document, kept on the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from addons.base.models import ContactKind, ContactPoint, MailTemplate, MessageKind, Party
from addons.base.models.keys import email_key
from addons.base.services import merge_fields, timeline
from core.api import Attachment, Invalid, NotAllowed, NotFound, _, print_report, reports_for, send_mail, using

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.base.models import Message
    from core.api import Env, Model, Openable, Pdf

MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to."""

    name: str
    email: str
    party_id: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What is about to be sent."""

    subject: str
    body: str
    report: str | None = None


def record_of(env: Env, model: str, record_id: int) -> Model:
    """The record a letter is about, under the writer's rights; letters are about business, not settings."""
    known = model in env.registry.models and not model.startswith("core.")
    if not known or not env.access.allows(model, "r"):
        raise NotFound(_("There is nothing to write about here."), hint=_("Open it from its list first."))
    found: Model = env.get(env.registry.model(model), record_id)
    return found


def party_of(env: Env, record: Any) -> Party | None:
    """Whom the record concerns: the party itself, or the party it names."""
    if record.model_name == Party.model_name:
        return env.get(Party, record.id)
    party_id = getattr(record, "party_id", None)
    return env.session.get(env[Party], party_id) if party_id else None


def recipients(env: Env, record: Any) -> list[Recipient]:
    """Whom to write to: the contact named on the record, the party, its further addresses, its people."""
    party = party_of(env, record)
    found: dict[str, Recipient] = {}

    def add(name: str, email: str | None, party_id: int) -> None:
        key = email_key(email)
        if key and key not in found:
            found[key] = Recipient(name, (email or "").strip(), party_id)

    contact_id = getattr(record, "contact_id", None)
    contact = env.session.get(env[Party], contact_id) if contact_id else None
    if contact is not None:
        add(contact.name, contact.email, contact.id)
    if party is None:
        return list(found.values())
    add(party.name, party.email, party.id)
    point, person = env[ContactPoint], env[Party]
    mails = (point.party_id == party.id, point.kind == ContactKind.EMAIL)
    for further in env.session.scalars(select(point).where(*mails).order_by(point.id)):
        add(f"{party.name} ({further.purpose})" if further.purpose else party.name, further.value, party.id)
    people = (person.parent_id == party.id, person.active, person.email.is_not(None))
    for one in env.session.scalars(select(person).where(*people).order_by(person.name).limit(20)):
        add(one.name, one.email, one.id)
    return list(found.values())


def templates(env: Env, record: Any) -> Sequence[MailTemplate]:
    """The templates for such a record, those in the party's language first."""
    party = party_of(env, record)
    wanted = ((party.locale if party else None) or env.company.locale or env.locale)[:2]
    model = env[MailTemplate]
    found = env.session.scalars(
        select(model).where(model.model == record.model_name, model.active).order_by(model.name, model.id)
    ).all()
    return sorted(found, key=lambda template: template.locale[:2] != wanted)


def compose(env: Env, record: Any, template: MailTemplate | None, contact: Party | None) -> Letter:
    """A letter from a template, its fields filled; an empty one without. Raise BrokenField."""
    if template is None:
        return Letter("", "")
    if template.model != record.model_name:
        raise NotFound(_("This template is for something else."), hint=_("Choose another template."))
    with using(template.locale):
        return Letter(
            merge_fields.fill(env, record, template.subject, contact=contact),
            merge_fields.fill(env, record, template.body, contact=contact),
            template.report,
        )


def contact_at(env: Env, record: Any, email: str) -> Party | None:
    """The contact behind an address that was proposed."""
    key = email_key(email)
    for proposed in recipients(env, record):
        if key and email_key(proposed.email) == key:
            return env.session.get(env[Party], proposed.party_id)
    return None


def preview(env: Env, record: Any, to: Sequence[str], letter: Letter) -> Letter:
    """Exactly what would be sent: fields typed by hand are filled too. Raise BrokenField or Invalid."""
    wrong: dict[str, str] = {}
    if not to:
        wrong["to"] = _("Choose or write at least one address.")
    for address in to:
        if email_key(address) is None:
            wrong["to"] = _("“{address}” is no e-mail address.", address=address)
    if not letter.subject.strip():
        wrong["subject"] = _("Write a subject.")
    if not letter.body.strip():
        wrong["body"] = _("Write a text.")
    elif len(letter.body) > MAX_TEXT:
        wrong["body"] = _("Use at most {count} characters; attach longer texts as a file.", count=MAX_TEXT)
    if letter.report and letter.report not in {report.name for report in reports_for(env, record.model_name)}:
        wrong["report"] = _("This document cannot be printed from here.")
    if wrong:
        raise Invalid(fields=wrong)
    contact = contact_at(env, record, to[0])
    return Letter(
        merge_fields.fill(env, record, letter.subject, contact=contact),
        merge_fields.fill(env, record, letter.body, contact=contact),
        letter.report,
    )


def send(env: Env, record: Any, to: Sequence[str], letter: Letter) -> Message:
    """Put the letter into the outbox, with the record's document if asked, and note it on the timeline."""
    ready = preview(env, record, to, letter)
    document: Pdf | None = print_report(env, ready.report, record) if ready.report else None
    told = [str(_("To {addresses}", addresses=", ".join(to)))]
    if document:
        told.append(str(_("With {file}", file=document.filename)))
    return post(env, record, to, ready, document, "\n".join((*told, "", ready.body)))


def post(
    env: Env,
    record: Any,
    to: Sequence[str],
    letter: Letter,
    document: Pdf | None,
    sentence: str,
    *,
    opens: Openable | None = None,
) -> Message:
    """Put what is ready to leave into the outbox and say so on the record's and the party's timeline.

    For the business verbs that send a document with words of their own; ``opens`` is what a secret link in
    them leads to, see ``send_mail``.
    """
    send_mail(
        env,
        to=to,
        subject=letter.subject,
        text=letter.body,
        attachments=[Attachment(document.filename, "application/pdf", document.content)] if document else [],
        reply_to=env.user.email or None,
        record=record,
        opens=opens,
    )
    party = party_of(env, record)
    message = timeline.log(
        env, record, sentence, party=party, kind=MessageKind.MAIL, subject=letter.subject[:200]
    )
    if party is not None and env.access.allows(Party, "u"):
        party.last_contact_at = env.now()
    env.session.flush()
    return message


def save_template(env: Env, template: MailTemplate | None, values: dict[str, Any]) -> MailTemplate:
    """Write a template after checking that every field in it exists."""
    if not env.access.everything:
        raise NotAllowed(_("Only an administrator writes templates."), hint=_("Ask an administrator."))
    wrong: dict[str, str] = {}
    needed = {
        "name": _("Give the template a name."),
        "subject": _("Write a subject."),
        "body": _("Write a text."),
    }
    wrong |= {name: text for name, text in needed.items() if not str(values.get(name) or "").strip()}
    model = str(values.get("model"))
    if model not in writable_models(env):
        wrong["model"] = _("Choose what the template is about.")
    else:
        for name in ("subject", "body"):
            if unknown := merge_fields.broken(env, model, str(values.get(name) or "")):
                wrong.setdefault(name, unknown[0].message)
        report = values.get("report")
        if report and report not in {one.name for one in reports_for(env, model)}:
            wrong["report"] = _("This document cannot be printed from here.")
    if wrong:
        raise Invalid(fields=wrong)
    if template is None:
        return env.add(MailTemplate, **values)
    for name, value in values.items():
        setattr(template, name, value)
    env.session.flush()
    return template


def writable_models(env: Env) -> dict[str, str]:
    """Model name -> what it is called, of everything that concerns a party: letters are written about it."""
    found = {}
    for name, model in env.registry.models.items():
        concerns = name == Party.model_name or "party_id" in model.__table__.columns  # type: ignore[attr-defined]  # composed classes are mapped
        if concerns and not name.startswith("core.") and model.is_versioned and env.access.allows(name, "r"):
            found[name] = str(model.__label__ or name)
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def all_templates(env: Env, words: str = "") -> Sequence[MailTemplate]:
    """Every template, for the settings page."""
    model = env[MailTemplate]
    query = select(model).order_by(model.model, model.name, model.locale)
    if words:
        query = query.where(
            or_(model.name.icontains(words, autoescape=True), model.subject.icontains(words, autoescape=True))
        )
    return env.session.scalars(query.limit(500)).all()
