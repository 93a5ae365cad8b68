"""Settings > Personal data: what is stored about people, what they agreed to, what is forgotten when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from addons.base.models import AnonymisedParty, Party, PartyKind, RetentionRule, RetentionRun, RunState
from addons.base.services import anonymising, consents, personal_archive, retention
from core.api import (
    Env,
    File,
    Fragment,
    Invalid,
    NotFound,
    Page,
    Redirect,
    Request,
    _,
    action,
    ngettext,
    page,
    people_order,
)

HOME = "/settings/personal-data"
ROLE = anonymising.ROLE
RECENT = 8
FOUND = 20


@page(HOME, access=ROLE)
def overview(env: Env, request: Request) -> Page:
    """Show the rules, the wordings, and the people found."""
    return Page(
        "base/personal_data.html", _overview(env, request.query.get("q")), partial="base/_people_found.html"
    )


def _overview(
    env: Env, words: str = "", errors: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> dict[str, Any]:
    offered = retention.subjects(env)
    rules = {rule.subject: rule for rule in env.session.scalars(select(env[RetentionRule]))}
    run = env[RetentionRun]
    runs = env.session.scalars(select(run).order_by(run.started_at.desc(), run.id.desc()).limit(RECENT)).all()
    return {
        "subjects": [(subject, rules.get(name)) for name, subject in offered.items()],
        "labels": {name: subject.label for name, subject in offered.items()},
        "runs": runs,
        "wordings": consents.wordings(env),
        "words": words,
        "people": _people(env, words),
        "errors": errors or {},
        "typed": typed or {},
    }


def _people(env: Env, words: str) -> list[Party]:
    if not words:
        return []
    model = env[AnonymisedParty]
    query = select(model).where(
        model.kind == PartyKind.PERSON,
        model.merged_into_id.is_(None),
        model.anonymised_at.is_(None),
        model.search_tokens.matches(words),
    )
    return list(env.session.scalars(query.order_by(model.name, model.id).limit(FOUND)))


@action(HOME + "/rules", access=ROLE)
def save_rule(env: Env, request: Request) -> Page | Redirect:
    """Say after how long a subject is forgotten; nothing happens yet."""
    subject = request.form.get("subject")
    try:
        rule = retention.set_rule(env, subject, request.form.integer("months", 0) or 0)
    except Invalid as error:
        errors = {f"months-{subject}": str(error.fields["months"])}
        context = _overview(env, errors=errors, typed={f"months-{subject}": request.form.get("months")})
        return Page("base/personal_data.html", context, status=422)
    return Redirect(f"{HOME}/rules/{rule.id}")


@action(HOME + "/rules/{rule_id:int}/drop", access=ROLE)
def drop_rule(env: Env, rule_id: int) -> Redirect:
    """Keep everything of this kind again."""
    retention.drop_rule(env, env.get(RetentionRule, rule_id))
    return Redirect(HOME, toast=_("Nothing of this kind is forgotten any more."))


@page(HOME + "/rules/{rule_id:int}", access=ROLE)
def preview(env: Env, rule_id: int) -> Page:
    """Show what the rule would forget today."""
    rule = env.get(RetentionRule, rule_id)
    return Page("base/retention_preview.html", {"rule": rule, "preview": retention.preview(env, rule)})


@action(HOME + "/rules/{rule_id:int}/run", access=ROLE)
def run(env: Env, rule_id: int) -> Redirect:
    """Begin to forget, in the background."""
    begun = retention.run(env, env.get(RetentionRule, rule_id))
    return Redirect(f"{HOME}/runs/{begun.id}")


@page(HOME + "/runs/{run_id:int}", access=ROLE)
def progress(env: Env, run_id: int) -> Page:
    """Show how far a run is; the page asks again while it runs."""
    found = env.get(RetentionRun, run_id)
    offered = retention.subjects(env)
    subject = offered.get(found.subject)
    return Page(
        "base/retention_run.html",
        {
            "run": found,
            "label": subject.label if subject else found.subject,
            "url": subject.url if subject else "",
            "running": found.state == RunState.RUNNING,
            "refusals": [(one, retention.sentences_of(one)) for one in found.refusals[:200]],
        },
        partial="base/_retention_run.html",
    )


@action(HOME + "/runs/{run_id:int}/stop", access=ROLE)
def stop(env: Env, run_id: int) -> Redirect:
    """Leave the rest."""
    retention.stop(env, env.get(RetentionRun, run_id))
    return Redirect(f"{HOME}/runs/{run_id}", toast=_("Stopped."))


@action(HOME + "/wordings", access=ROLE)
def add_wording(env: Env, request: Request) -> Page | Redirect:
    """Write the words people agree to from now on."""
    typed = {name: request.form.get(name) for name in ("purpose", "title", "body")}
    try:
        wording = consents.add_wording(env, **typed)
    except Invalid as error:
        errors = {name: str(sentence) for name, sentence in error.fields.items()}
        return Page("base/personal_data.html", _overview(env, errors=errors, typed=typed), status=422)
    return Redirect(
        HOME,
        toast=_("{title}, version {version}, is in force.", title=wording.title, version=wording.version),
    )


def person_of(env: Env, party_id: int) -> AnonymisedParty:
    """A person that can still be looked at here."""
    person = env.get(AnonymisedParty, party_id)
    if person.kind != PartyKind.PERSON:
        raise NotFound(
            _("{name} is an organisation, not a person.", name=person.name),
            hint=_("Open one of its people instead."),
        )
    return person


@page(HOME + "/people/{party_id:int}", access=ROLE)
def person(env: Env, party_id: int) -> Page:
    """Show what is stored about one person, and what may be done with it."""
    found = person_of(env, party_id)
    with env.system("look at the personal data of a person") as system:
        own = system.get(AnonymisedParty, found.id)
        sections = personal_archive.collect(env, system, own)
        files = personal_archive.count_files(system, own)
        shared = [] if own.anonymised_at else anonymising.sharing(system, own)
    stored = sorted(
        ((_label(env, name), len(rows)) for name, rows in sections.items() if rows),
        key=lambda pair: people_order(str(pair[0])),
    )
    return Page(
        "base/person_data.html",
        {
            "person": found,
            "stored": stored,
            "files": files,
            "shared": shared,
            "forbidden": [] if found.anonymised_at else anonymising.forbidden_by(env, found),
        },
    )


def _label(env: Env, section: str) -> str:
    known = {
        "base/person": _("Contact"),
        "base/mail": _("E-mail sent"),
        "base/changes": _("Changes"),
    }
    if section in known:
        return known[section]
    model = env.registry.models.get(section.replace("/", "."))
    return str(model.__labels__ or model.__label__) if model is not None else section


@page(HOME + "/people/{party_id:int}/archive", access=ROLE)
def archive(env: Env, party_id: int) -> File:
    """Everything about one person, as ZIP."""
    found = person_of(env, party_id)
    return File(personal_archive.build(env, found), personal_archive.filename(found), "application/zip")


@action(HOME + "/people/{party_id:int}/anonymise", access=ROLE)
def anonymise(env: Env, party_id: int) -> Redirect:
    """Forget a person for good."""
    found = person_of(env, party_id)
    outcome = anonymising.anonymise(env, found)
    kept = sum(outcome.erased.kept.values())
    toast = (
        ngettext(
            "The person is anonymous. {count} legal copy keeps the name.",
            "The person is anonymous. {count} legal copies keep the name.",
            kept,
        )
        if kept
        else _("The person is anonymous.")
    )
    return Redirect(f"{HOME}/people/{party_id}", toast=str(toast))


@page(HOME + "/people", access=ROLE)
def people(env: Env, request: Request) -> Fragment:
    """The people found, while typing."""
    words = request.query.get("q")
    return Fragment("base/_people_found.html", {"words": words, "people": _people(env, words)})


ROUTES = (
    overview,
    save_rule,
    drop_rule,
    preview,
    run,
    progress,
    stop,
    add_wording,
    person,
    archive,
    anonymise,
    people,
)
