"""Make one party of two, in every table of every enabled addon, and undo it for 30 days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint, and_, exists, select
from sqlalchemy.orm import aliased

from addons.base.models import ContactKind, ContactPoint, Party, PartyMerge
from addons.base.services import timeline
from core.api import NotAllowed, RuleBroken, _, writing_closed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env

UNDO_DAYS = 30
FILLED = (
    "email",
    "phone",
    "website",
    "job_title",
    "industry",
    "vat_number",
    "registration_number",
    "locale",
    "parent_id",
    "owner_id",
    "external_ref",
    "note",
)
"""What the kept party takes over where it has nothing of its own."""
KEEP_POINTING = {
    ("base_party", "merged_into_id"),
    ("base_party_merge", "kept_id"),
    ("base_party_merge", "merged_id"),
    ("base_consent", "party_id"),  # only added to: what holds is read over all that became one
}


class CannotMerge(RuleBroken):
    """The two cannot become one."""


class CannotUndo(RuleBroken):
    """Too late, or done already."""


def merge(env: Env, kept: Party, merged: Party) -> PartyMerge:
    """Re-point everything from ``merged`` to ``kept``, fill what ``kept`` lacks, archive ``merged``.

    Works on rows of every company and every addon, whoever may see them, hence elevated; the user must be
    allowed
    to change both parties.
    """
    _check(kept, merged)
    if not env.access.allows(Party, "u"):
        raise NotAllowed(_("You may not merge contacts."), hint=_("Ask an administrator."))
    with env.system("merge two contacts") as system:
        record = _merge(
            system, system.get(Party, kept.id, lock=True), system.get(Party, merged.id, lock=True)
        )
        record_id = record.id
    for party in (kept, merged):
        env.session.expire(party)
    return env.get(PartyMerge, record_id)


def undo(env: Env, merge_: PartyMerge) -> None:
    """Give back what was taken, wherever it still points to the kept party."""
    if merge_.undone_at is not None:
        raise CannotUndo(_("This merge is already undone."))
    if env.now() - merge_.merged_at > timedelta(days=UNDO_DAYS):
        raise CannotUndo(
            _("A merge can be undone for {days} days.", days=UNDO_DAYS),
            hint=_("Create the contact again and move its documents one by one."),
        )
    with env.system("undo a merge of contacts") as system:
        _undo(system, system.get(PartyMerge, merge_.id, lock=True))
    for record in (merge_, merge_.kept, merge_.merged):
        env.session.expire(record)


def _check(kept: Party, merged: Party) -> None:
    if kept.id == merged.id:
        raise CannotMerge(_("Choose two different contacts."))
    if kept.kind != merged.kind:
        raise CannotMerge(
            _("{first} and {second} are not of the same kind.", first=kept.name, second=merged.name),
            hint=_("An organisation and a person are never the same contact."),
        )
    for party in (kept, merged):
        if party.merged_into_id is not None:
            raise CannotMerge(
                _("{name} was merged already.", name=party.name),
                hint=_("Open the contact it was merged into."),
            )


def _merge(env: Env, kept: Party, merged: Party) -> PartyMerge:
    before = {name: getattr(kept, name) for name in (*FILLED, "is_customer", "is_supplier")}
    merged.merged_into_id = kept.id
    merged.active = False
    env.session.flush()  # first: triggers of posted documents let references follow a merge only
    moved = dict(_repoint(env, merged.id, kept.id))
    env.session.expire(kept)
    added = _fill(env, kept, merged)
    after = {name: getattr(kept, name) for name in before}
    filled = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    record = env.add(
        PartyMerge,
        kept_id=kept.id,
        merged_id=merged.id,
        by_id=env.user.id or None,
        merged_at=env.now(),
        moved={"rows": moved, "filled": filled, "added": added},
    )
    timeline.log(env, kept, _("{name} was merged into this contact.", name=merged.name))
    env.session.flush()
    env.hooks.record_merged(env=env, kept=kept, merged=merged)
    return record


def _repoint(env: Env, source: int, target: int) -> Iterator[tuple[str, list[int]]]:
    for model, column in references(env):
        key = f"{model.model_name}.{column}"
        own = getattr(model, column)
        ids = list(
            env.session.scalars(select(model.id).where(own == source, *_free(env, model, column, target)))
        )
        if ids:
            with writing_closed_rows(env, model, ids):  # closed documents follow the contact too
                env.bulk_update(model, model.id.in_(ids), {column: target})
            yield key, ids
    for model in _by_name_and_id(env):
        where = and_(model.model == Party.model_name, model.record_id == source)
        ids = list(
            env.session.scalars(select(model.id).where(where, *_free(env, model, "record_id", target)))
        )
        if ids:
            env.bulk_update(model, model.id.in_(ids), {"record_id": target})
            yield f"{model.model_name}.record_id", ids


def references(env: Env, *, every: bool = False) -> Iterator[tuple[type[Any], str]]:
    """Every model and column that points to a party; ``every`` one, or those that follow a merge.

    Of all enabled addons: companies share people, also with apps that this company does not use.
    """
    for model in env.registry.whole.models.values():
        table = model.__table__  # type: ignore[attr-defined]  # composed classes are mapped
        for column in table.columns:
            if not every and (table.name, column.name) in KEEP_POINTING:
                continue
            if any(key.column.table.name == "base_party" for key in column.foreign_keys):
                yield model, column.name


def _by_name_and_id(env: Env) -> Iterator[type[Any]]:
    """Models that point to any record by its model's name and its id."""
    for model in env.registry.whole.models.values():
        columns = model.__table__.columns  # type: ignore[attr-defined]  # composed classes are mapped
        if "model" in columns and "record_id" in columns and not model.model_name.startswith("core."):
            yield model


def _free(env: Env, model: type[Any], column: str, target: int) -> list[Any]:
    """Criteria that leave out rows which, re-pointed, would repeat one of the kept party."""
    criteria: list[Any] = []
    if model.model_name == Party.model_name:
        criteria.append(model.id != target)  # nobody is their own organisation
    for constraint in model.__table__.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.columns.contains_column(
            model.__table__.c[column]
        ):
            other = aliased(model)
            same = [
                getattr(other, name).is_not_distinct_from(getattr(model, name))
                for name in (part.name for part in constraint.columns)
                if name != column
            ]
            criteria.append(~exists().where(getattr(other, column) == target, *same))
    if model.model_name == "base.affiliation":
        partner = "organisation_id" if column == "person_id" else "person_id"
        criteria.append(getattr(model, partner) != target)
    return criteria


def _fill(env: Env, kept: Party, merged: Party) -> list[int]:
    """Take over what is missing; a second e-mail or phone becomes a further one. Gives ids of what was
    added.
    """
    added: list[ContactPoint] = []
    for kind, name in ((ContactKind.EMAIL, "email"), (ContactKind.PHONE, "phone")):
        mine, theirs = getattr(kept, name), getattr(merged, name)
        known = {point.value for point in kept.contact_points if point.kind == kind}
        if mine and theirs and theirs != mine and theirs not in known:
            added.append(env[ContactPoint](party_id=kept.id, kind=kind, value=theirs))
    for name in FILLED:
        value = getattr(merged, name)
        if value and not getattr(kept, name) and not (name == "parent_id" and value == kept.id):
            setattr(kept, name, value)
    kept.is_customer = kept.is_customer or merged.is_customer
    kept.is_supplier = kept.is_supplier or merged.is_supplier
    env.session.add_all(added)
    env.session.flush()
    return [point.id for point in added]


def _undo(env: Env, record: PartyMerge) -> None:
    kept, merged = record.kept, record.merged
    for key, ids in record.moved["rows"].items():
        model_name, _dot, column = key.rpartition(".")
        if model_name not in env.registry.whole.models:
            continue  # its addon was disabled or removed meanwhile
        model = env.registry.whole.model(model_name)
        with writing_closed_rows(env, model, ids):
            where = model.id.in_(ids) & (getattr(model, column) == kept.id)
            env.bulk_update(model, where, {column: merged.id})
    env.session.expire_all()
    for name, (before, after) in record.moved["filled"].items():
        if getattr(kept, name) == after:
            setattr(kept, name, before)
    if record.moved["added"]:
        point = env[ContactPoint]
        env.bulk_delete(ContactPoint, point.id.in_(record.moved["added"]))
    env.session.flush()
    merged.merged_into_id = None
    merged.active = True
    record.undone_at = env.now()
    timeline.log(env, kept, _("The merge of {name} was undone.", name=merged.name))
    env.session.flush()
    env.hooks.record_unmerged(env=env, kept=kept, restored=merged)


def of(env: Env, party: Party) -> list[PartyMerge]:
    """The merges into a party that can still be undone, newest first."""
    model = env[PartyMerge]
    since = env.now() - timedelta(days=UNDO_DAYS)
    return list(
        env.session.scalars(
            select(model)
            .where(model.kept_id == party.id, model.undone_at.is_(None), model.merged_at >= since)
            .order_by(model.merged_at.desc())
        )
    )


__all__ = ["UNDO_DAYS", "CannotMerge", "CannotUndo", "merge", "of", "references", "undo"]
