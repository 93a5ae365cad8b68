"""People and organisations: list, form, merging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Affiliation, Party, PartyKind, PartyMerge
from addons.base.services import duplicates, merging, parties
from core.api import (
    Action,
    Ask,
    Column,
    Field,
    Form,
    Lines,
    List,
    Many,
    Preset,
    RuleBroken,
    Section,
    Smart,
    Tab,
    _,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from core.api import Env


def is_person(party: Party) -> bool:
    """Some fields belong to people only."""
    return party.kind == PartyKind.PERSON


def organisations(env: Env, party: Party, model: Any) -> ColumnElement[bool]:
    """People belong to organisations."""
    return (model.kind == PartyKind.ORGANISATION) & model.active  # type: ignore[no-any-return]  # composed class


def others(env: Env, party: Party, model: Any) -> ColumnElement[bool]:
    """Parties this one may be the same as."""
    return (model.kind == party.kind) & (model.id != party.id) & model.active  # type: ignore[no-any-return]  # composed class


def merge_into_this(env: Env, party: Party, other: Party) -> Party:
    """The other one is archived; everything about it moves here."""
    merging.merge(env, party, other)
    return party


def undo_last_merge(env: Env, party: Party) -> Party:
    """Give the last merged contact its own life back."""
    merges = merging.of(env, party)
    if not merges:
        raise RuleBroken(
            _(
                "Nothing was merged into {name} in the last {days} days.",
                name=party.name,
                days=merging.UNDO_DAYS,
            )
        )
    restored = merges[0].merged
    merging.undo(env, merges[0])
    return restored


def warnings(env: Env, party: Party) -> Sequence[str]:
    """Who may be the same, and who it became."""
    if party.merged_into_id is not None:
        kept = env.session.get(env[Party], party.merged_into_id)
        return [_("Merged into {name}.", name=kept.name if kept else "")]
    return [
        _("Possible duplicate: {name}, {reason}.", name=match.party.name, reason=match.reason)
        for match in duplicates.of(env, party, limit=3)
    ]


def people(env: Env, party: Party) -> int | None:
    """How many people work there."""
    if party.kind == PartyKind.PERSON:
        return None
    model = env[Party]
    rows = env.session.scalars(select(model.id).where(model.parent_id == party.id, model.active).limit(1000))
    return len(rows.all())


PARTY_LIST = List(
    Party,
    columns=(
        "name",
        "kind",
        "email",
        "phone",
        Column("parent", label=_("Organisation")),
        "owner",
        Column("vat_number", hidden=True),
        Column("industry", hidden=True),
        Column("external_ref", hidden=True),
        Column("last_contact_at", hidden=True),
    ),
    filters=("kind", "owner", "is_customer", "is_supplier", "active"),
    default_sort="name",
    presets=(
        Preset("all", _("All")),
        Preset("organisations", _("Organisations"), filters=("kind:organisation",)),
        Preset("people", _("People"), filters=("kind:person",)),
        Preset("customers", _("Customers"), filters=("is_customer:yes",)),
        Preset("suppliers", _("Suppliers"), filters=("is_supplier:yes",)),
        Preset("archived", _("Archived"), filters=("active:no",)),
    ),
    actions=(Action("archive", parties.archive, _("Archive"), icon="archive"),),
    empty=_("People and organisations you sell to, buy from or write to."),
)

PARTY_FORM = Form(
    Party,
    title="name",
    sections=(
        Section(
            _("Identity"),
            (
                "kind",
                "name",
                Field("parent", visible=is_person, options=organisations),
                Field("job_title", visible=is_person),
                Field("industry", visible=lambda party: not is_person(party)),
                "tags",
            ),
            ("email", "phone", "website", "locale", "owner"),
        ),
        Section(
            _("Business"),
            ("is_customer", "is_supplier", "external_ref"),
            ("vat_number", "registration_number"),
        ),
    ),
    tabs=(
        Tab(
            _("Addresses"),
            Lines(
                "addresses",
                ("kind", "name", "street", "street2", "postcode", "city", "region", "country"),
                position="",
            ),
            name="addresses",
        ),
        Tab(
            _("E-mails and phones"),
            Lines("contact_points", ("kind", "value", "purpose"), position=""),
            name="contact_points",
        ),
        Tab(_("Note"), Section("", ("note",)), name="note"),
    ),
    actions=(
        Action(
            "merge",
            merge_into_this,
            _("Merge…"),
            icon="arrows-join",
            ask=(
                Ask(
                    "other",
                    _("Contact to merge into this one"),
                    kind="relation",
                    model=Party,
                    options=others,
                    help=_("It is archived; its documents, notes and addresses move here. 30 days to undo."),
                ),
            ),
            visible=lambda party: party.active,
            done=_("Contacts merged."),
            menu=True,
        ),
        Action(
            "undo_merge",
            undo_last_merge,
            _("Undo the last merge"),
            icon="arrow-back-up",
            visible=lambda party: party.active,
            done=_("Merge undone."),
            menu=True,
        ),
        Action(
            "archive",
            parties.archive,
            _("Archive"),
            icon="archive",
            visible=lambda party: party.active,
            done=_("Contact archived."),
            menu=True,
        ),
        Action(
            "restore",
            parties.restore,
            _("Bring back"),
            icon="archive-off",
            visible=lambda party: not party.active,
            done=_("Contact is back."),
        ),
    ),
    smart=(
        Smart(
            "people",
            _("People"),
            icon="users",
            count=people,
            url=lambda env, party: f"/app/base/party/?f=parent:{party.id}",
        ),
    ),
    create=parties.create,
    many=Many(parties.check, parties.create_many, duplicates.among),
    warn=warnings,
    deletable=False,
    template="base/party.html",
)

PARTY_VIEWS = (
    PARTY_LIST,
    PARTY_FORM,
    List(
        Affiliation,
        columns=("person", "organisation", "role"),
        filters=("organisation",),
        empty=_("Which people work for which organisations."),
    ),
    List(
        PartyMerge,
        columns=("merged", "kept", "by", "merged_at", "undone_at"),
        default_sort="-merged_at",
        create=False,
        empty=_("Contacts that were merged; 30 days to undo."),
    ),
)
