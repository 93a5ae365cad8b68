"""Fields of a contact that another system owns, and the number it knows the contact by."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, String, UniqueConstraint, inspect, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.party import Party
from core.api import Choice, Env, Model, RuleBroken, _, about, choice, link, reference


class OwnedWhere(Choice):
    ALL = "all", _("On every contact")
    KNOWN = "known", _("On the contacts it has sent")


class ExternalSystem(Model, name="external_system"):
    """A customer data platform, another ERP: the place where some data of contacts is kept and corrected."""

    __label__ = _("External system")
    __labels__ = _("External systems")

    name: Mapped[str] = mapped_column(String(80))
    scope: Mapped[OwnedWhere] = choice(
        OwnedWhere, default=OwnedWhere.ALL, info=about(_("Fields are read-only"))
    )
    token_id: Mapped[int | None] = reference(
        "core.api_token", nullable=True, ondelete="SET NULL", info=about(_("API token"))
    )
    """Whoever calls the API with it writes for this system."""
    url: Mapped[str | None] = mapped_column(
        String(400),
        info=about(_("Address of a contact"), help=_("With {id} in the place of its number there.")),
    )
    fields: Mapped[list["OwnedField"]] = link(
        "base.owned_field", back="system", many=True, order_by="field", owned=True
    )

    __constraints__ = (
        UniqueConstraint("name", name="name_once"),
        UniqueConstraint("token_id", name="token_once"),
        CheckConstraint("name <> ''", name="name_not_empty"),
    )


class OwnedField(Model, name="owned_field", versioned=False):
    """A field of contacts has one owner; people read it here and correct it there."""

    __label__ = _("Owned field")
    __labels__ = _("Owned fields")
    __display__ = "field"

    system_id: Mapped[int] = reference("base.external_system", ondelete="CASCADE")
    system: Mapped[ExternalSystem] = link("base.external_system", back="fields")
    field: Mapped[str] = mapped_column(String(60))

    __constraints__ = (UniqueConstraint("field", name="one_owner"),)


class ExternalId(Model, name="external_id", versioned=False):
    """The number another system knows a contact by. A contact made of two keeps both."""

    __label__ = _("External number")
    __labels__ = _("External numbers")
    __display__ = "external_id"

    party_id: Mapped[int] = reference("base.party", ondelete="CASCADE")
    party: Mapped[Party] = link("base.party", key="party_id")
    system_id: Mapped[int] = reference("base.external_system", ondelete="CASCADE")
    system: Mapped[ExternalSystem] = link("base.external_system")
    external_id: Mapped[str] = mapped_column(String(120), info=about(_("Number there")))
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Last seen")))
    state: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=about(internal=True))
    """What the system said last: field -> value."""

    __constraints__ = (
        UniqueConstraint("system_id", "external_id", name="number_once"),
        CheckConstraint("external_id <> ''", name="number_not_empty"),
    )


class OwnedElsewhere(RuleBroken):
    """People correct the field where it is kept."""

    def __init__(self, label: str, system: str, party: str = "") -> None:
        known = {"field": label, "system": system, "name": party}
        super().__init__(
            _('"{field}" of {name} is kept in {system} and read-only here.', **known)
            if party
            else _('"{field}" is kept in {system} and read-only here.', **known),
            hint=_("Correct it in {system}; it arrives here by itself.", system=system),
        )


WRITING_FOR = "base.writing_for"
"""Key in ``env.cache``: id of the system whose data is being written just now."""
OWNABLE = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "website": _("Website"),
    "job_title": _("Job title"),
    "industry": _("Industry"),
    "vat_number": _("VAT number"),
    "registration_number": _("Registration number"),
    "locale": _("Language"),
    "is_customer": _("Customer"),
    "is_supplier": _("Supplier"),
    "external_ref": _("Reference"),
    "note": _("Note"),
}
"""The fields of a contact that another system may own, with their names on screens."""


def owners(env: Env) -> dict[str, ExternalSystem]:
    """Field -> the system that owns it."""
    if "base.owners" not in env.cache:
        field, system = env[OwnedField], env[ExternalSystem]
        rows = env.session.execute(select(field.field, system).join(system, system.id == field.system_id))
        env.cache["base.owners"] = {name: owner for name, owner in rows}  # noqa: C416 - rows are not pairs
    found: dict[str, ExternalSystem] = env.cache["base.owners"]
    return found


def writes_for(env: Env, system: ExternalSystem) -> bool:
    """Whether what is written now comes from the system: its API token, its import, or the platform."""
    if env.reason or env.cache.get(WRITING_FOR) == system.id:
        return True
    return env.user.token_id is not None and env.user.token_id == system.token_id


def known_to(env: Env, party: Party, system: ExternalSystem) -> bool:
    """Whether the system has sent the contact."""
    number = env[ExternalId]
    where = (number.party_id == party.id, number.system_id == system.id)
    return env.session.scalar(select(number.id).where(*where).limit(1)) is not None


def owned_elsewhere(env: Env, party: Party) -> dict[str, ExternalSystem]:
    """Field -> owner, of the fields that whoever asks cannot change on this contact."""
    return {
        name: system
        for name, system in owners(env).items()
        if not writes_for(env, system) and (system.scope == OwnedWhere.ALL or known_to(env, party, system))
    }


class MasteredParty(Party, extends=True):
    """People cannot change what another system owns, whatever screen, import or program they use.

    A contact made here may be given a name and the rest at first: the other system does not know it yet.
    """

    def before_save(self, env: Env) -> None:
        """Refuse a change of an owned field."""
        super().before_save(env)
        state = inspect(self)
        if env.reason or not state.persistent:
            return
        changed = [name for name in OWNABLE if state.attrs[name].history.has_changes()]
        locked = owned_elsewhere(env, self) if changed else {}
        for name in changed:
            if name in locked:
                raise OwnedElsewhere(OWNABLE[name], locked[name].name, self.name_before)

    def locked_fields(self, env: Env) -> Mapping[str, str]:
        """Attribute -> the sentence beside it, of the fields that whoever asks only reads here."""
        return dict(super().locked_fields(env)) | {
            name: _("Kept in {system}: correct it there.", system=system.name)
            for name, system in owned_elsewhere(env, self).items()
        }

    @property
    def name_before(self) -> str:
        """The name as it is written in the database."""
        deleted = inspect(self).attrs["name"].history.deleted
        return str(deleted[0]) if deleted else self.name

    @classmethod
    def before_bulk_update(cls, env: Env, values: Mapping[str, Any]) -> None:
        """The same for many contacts at once: then the field is read-only on all."""
        super().before_bulk_update(env, values)
        if env.reason or not set(values).intersection(OWNABLE):
            return
        for name, system in owners(env).items():
            if name in values and not writes_for(env, system):
                raise OwnedElsewhere(OWNABLE[name], system.name)
