"""Make a person anonymous: the documents stay, and nothing says any more whose they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import reduce
from operator import or_ as or_traces
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, null, or_, select

from addons.base.models import (
    Activity,
    Address,
    Affiliation,
    AnonymisedParty,
    Consent,
    ContactPoint,
    ExternalId,
    File,
    Message,
    MessageKind,
    Party,
    PartyKind,
    PartyMerge,
    PartyTag,
)
from addons.base.models.privacy import PERSONAL, Anonymised
from addons.base.services import identity, legal
from core.api import ERASED, Company, NotAllowed, RuleBroken, _, erase, note_audit, settle_audit, using

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.base.services.identity import Identity
    from core.api import Env, Erased

ROLE = "base.privacy"
NOT_OURS = {
    "core_user": ("*",),
    "core_company": ("*",),
    "core_workspace": ("*",),
    "base_party": (
        *(name for name in PERSONAL if name != "note"),
        "email_key",
        "phone_key",
        "domain_key",
        "name_key",
        "search_tokens",
    ),
}
"""Somebody else's own names and numbers: never touched, even where they are the same."""


class CannotAnonymise(RuleBroken):
    """What is still open needs to know whose it is."""

    def __init__(self, party: Party, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(
            _(
                "{name} cannot be made anonymous yet. {why}",
                name=party.name,
                why=" ".join(map(str, sentences)),
            ),
            hint=_("Finish or cancel what is open, then try again."),
        )


class NotAPersonalRecord(RuleBroken):
    """An organisation has no personal data of its own."""

    def __init__(self, party: Party) -> None:
        super().__init__(
            _("{name} is an organisation, not a person.", name=party.name),
            hint=_("Make the people anonymous who work there, one by one."),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was erased, and what was left for somebody to look at."""

    erased: Erased
    shared: tuple[str, ...]
    """Names of the contacts that share a name, an address or a number with the person."""


def forbidden_by(env: Env, party: Party) -> list[str]:
    """The sentences that forbid it today, over all companies; empty when nothing does."""
    with env.system("see whether a person can be made anonymous") as system:
        return _forbidden_by(system, system.get(Party, party.id))


def _forbidden_by(system: Env, party: Party) -> list[str]:
    company = system[Company]
    own = system.session.scalars(select(company).where(company.party_id == party.id)).first()  # type: ignore[attr-defined]  # a column of CompanyParty
    found: list[str] = (
        [_("This is the contact of your own company {company}.", company=own.name)] if own else []
    )
    for sentences in system.hooks.open_business(env=system, party=party):
        found.extend(sentences)
    return found


def sharing(system: Env, party: Party) -> list[Party]:
    """The other contacts that share a name, an address or a number: what is theirs stays."""
    return identity.others_named(system, identity.of(system, party))


def check(env: Env, party: Party) -> None:
    """Refuse whoever may not, and what cannot be made anonymous."""
    if not (env.access.everything or ROLE in env.access.roles):
        raise NotAllowed(
            _("You may not make people anonymous."), hint=_("Ask whoever looks after personal data here.")
        )
    if party.kind != PartyKind.PERSON:
        raise NotAPersonalRecord(party)
    if party.merged_into_id is not None:
        raise RuleBroken(
            _("{name} was merged into another contact.", name=party.name),
            hint=_("Open the contact it was merged into and make that one anonymous."),
        )
    if env.get(AnonymisedParty, party.id).anonymised_at is not None:
        raise Anonymised(party)


def anonymise(env: Env, party: Party) -> Outcome:
    """Forget a person for good, in this transaction. There is no way back."""
    check(env, party)
    with env.system("make a person anonymous") as system:
        subject = system.get(AnonymisedParty, party.id, lock=True)
        if sentences := _forbidden_by(system, subject):
            raise CannotAnonymise(subject, sentences)
        outcome = forget(system, [subject])
    env.session.expire_all()
    return outcome


def forget(system: Env, subjects: Sequence[AnonymisedParty]) -> Outcome:
    """The work itself, for an elevated Env, after all checks; several people in one passage over the
    tables."""
    settle_audit(system)
    found = [identity.of(system, subject) for subject in subjects]
    shared = tuple(other.name for one in found for other in identity.others_named(system, one))
    for one in found:
        _forget_what_base_keeps(system, one)
    for subject in subjects:
        system.hooks.person_anonymised(env=system, party=subject)
    system.session.flush()
    ids = [party_id for one in found for party_id in one.party_ids]
    erased = erase(
        system,
        everywhere=reduce(or_traces, (one.everywhere for one in found)),
        own=reduce(or_traces, (one.own for one in found)),
        roots={"base_party": ids},
        spare=NOT_OURS,
        kept=legal.kept_in(system),
        audits=lambda: identity.audits_of(system, ids),
    )
    for subject in subjects:
        note_audit(
            system,
            "anonymise",
            subject,
            changed=sum(erased.changed.values()),
            kept=sum(erased.kept.values()),
            files_to_read=sum(erased.files.values()),
        )
    return Outcome(erased, shared)


def _forget_what_base_keeps(env: Env, found: Identity) -> None:
    ids = found.party_ids
    model = env[AnonymisedParty]
    for party in env.session.scalars(select(model).where(model.id.in_(ids))).all():
        _blank(env, party)
    env.session.flush()
    for owned, column in ((Address, "party_id"), (ContactPoint, "party_id"), (PartyTag, "party_id")):
        env.bulk_delete(owned, getattr(env[owned], column).in_(ids))
    env.bulk_delete(Affiliation, env[Affiliation].person_id.in_(ids))
    _forget_activities(env, ids)
    _forget_messages(env, ids)
    _forget_files(env, ids)
    _forget_mail(env, found)
    merge = env[PartyMerge]
    undone = func.coalesce(merge.undone_at, env.now())
    nothing: dict[str, Any] = {"rows": {}, "filled": {}, "added": []}
    theirs = merge.kept_id.in_(ids) | merge.merged_id.in_(ids)
    env.bulk_update(PartyMerge, theirs, {"moved": nothing, "undone_at": undone})
    consent = env[Consent]
    env.bulk_update(Consent, consent.party_id.in_(ids) & consent.evidence.is_not(None), {"evidence": None})
    number = env[ExternalId]
    for known in env.session.scalars(select(number).where(number.party_id.in_(ids))).all():
        known.external_id, known.state = digest(known.external_id), None
    env.session.flush()
    env.session.expire_all()


def _blank(env: Env, party: AnonymisedParty) -> None:
    for name in PERSONAL:
        if name != "name":
            setattr(party, name, None)
    with using(env.company.locale if env.company_id else env.locale):
        party.name = str(_("Anonymised person {number}", number=party.id))
    party.owner_id = None
    party.active = False
    party.anonymised_at = env.now()


def digest(external_id: str) -> str:
    """What stays of a number of another system: its next delivery does not bring the person back."""
    return f"sha256:{hashlib.sha256(external_id.encode()).hexdigest()}"


def _about(model: Any, ids: Sequence[int]) -> Any:
    """On the person's own record."""
    return and_(model.model == Party.model_name, model.record_id.in_(ids))


def _forget_activities(env: Env, ids: Sequence[int]) -> None:
    activity = env[Activity]
    env.bulk_delete(Activity, _about(activity, ids))
    env.bulk_update(Activity, activity.party_id.in_(ids), {"summary": ERASED, "note": None, "outcome": None})


def _forget_messages(env: Env, ids: Sequence[int]) -> None:
    """Whatever people wrote goes whole; what a document says of itself loses the names only."""
    message = env[Message]
    written = message.kind.in_((MessageKind.NOTE, MessageKind.MAIL, MessageKind.CHANGE))
    env.bulk_update(
        Message,
        or_(
            _about(message, ids),
            and_(message.party_id.in_(ids), written | (message.topic == "base") | message.source.is_(None)),
        ),
        {"body": ERASED, "source": null(), "subject": None},
    )


def _forget_files(env: Env, ids: Sequence[int]) -> None:
    """Files go, except those of documents that the law keeps."""
    file = env[File]
    env.bulk_delete(File, _about(file, ids))
    kept = legal.kept_in(env)
    rows = env.session.execute(
        select(file.id, file.model, file.record_id).where(file.party_id.in_(ids))
    ).all()
    gone = [file_id for file_id, model, record_id in rows if not kept(model.replace(".", "_"), [record_id])]
    if gone:
        env.bulk_delete(File, file.id.in_(gone))


def _forget_mail(env: Env, found: Identity) -> None:
    """What was sent loses everything but its date; what waits is not sent any more."""
    mail, attachment = env.registry.model("core.mail"), env.registry.model("core.mail_attachment")
    emails = [email for email in found.emails if email not in found.shared]
    mine = and_(mail.record_model == Party.model_name, mail.record_id.in_(found.party_ids))
    sent_to = func.lower(func.array_to_string(mail.recipients, " "))
    for email in emails:
        mine = or_(mine, sent_to.contains(email, autoescape=True))
    ids = env.session.scalars(select(mail.id).where(mine)).all()
    if not ids:
        return
    env.bulk_delete(mail, mail.id.in_(ids) & (mail.status != "sent"))
    env.bulk_delete(attachment, attachment.mail_id.in_(ids))
    blank = dict.fromkeys(("reply_to", "html", "error")) | dict.fromkeys(("subject", "text"), ERASED)
    env.bulk_update(mail, mail.id.in_(ids), blank | {"recipients": []})
