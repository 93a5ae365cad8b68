"""Everyone the company knows: organisations and people."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.keys import company_key, domain_key, email_key, person_key, phone_key
from addons.base.models.tag import Tag
from core.api import Choice, Env, Model, User, _, about, choice, link, reference, sort_index


class PartyKind(Choice):
    ORGANISATION = "organisation", _("Organisation")
    PERSON = "person", _("Person")


class Party(Model, name="party"):
    """One party is one organisation or one person, whatever they buy or sell.

    A party is shared by all companies of the workspace. Two parties that turn out to be the same are merged,
    never deleted, so that every document keeps pointing at somebody.
    """

    __label__ = _("Contact")
    __labels__ = _("Contacts")
    __searchable__ = ("name", "email", "phone", "vat_number", "external_ref")

    kind: Mapped[PartyKind] = choice(PartyKind, default=PartyKind.ORGANISATION)
    name: Mapped[str] = mapped_column(String(200), info=about(track=True))
    email: Mapped[str | None] = mapped_column(String(254), info=about(_("E-mail"), track=True))
    phone: Mapped[str | None] = mapped_column(String(40), info=about(track=True))
    website: Mapped[str | None] = mapped_column(String(200))
    job_title: Mapped[str | None] = mapped_column(String(120), info=about(_("Job title")))
    industry: Mapped[str | None] = mapped_column(String(120))
    vat_number: Mapped[str | None] = mapped_column(String(20), info=about(_("VAT number"), track=True))
    registration_number: Mapped[str | None] = mapped_column(String(40), info=about(_("Registration number")))
    locale: Mapped[str | None] = mapped_column(String(10), info=about(_("Language")))
    parent_id: Mapped[int | None] = reference("base.party", nullable=True, info=about(_("Organisation")))
    parent: Mapped["Party | None"] = link("base.party", key="parent_id")
    owner_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(track=True))
    owner: Mapped[User | None] = link("core.user", key="owner_id")
    is_customer: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=text("false"), info=about(_("Customer"))
    )
    is_supplier: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=text("false"), info=about(_("Supplier"))
    )
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    external_ref: Mapped[str | None] = mapped_column(
        String(80), info=about(_("Reference"), help=_("The number of this contact in another system."))
    )
    note: Mapped[str | None] = mapped_column(Text)
    email_key: Mapped[str | None] = mapped_column(String(254), info=about(internal=True))
    phone_key: Mapped[str | None] = mapped_column(String(20), info=about(internal=True))
    domain_key: Mapped[str | None] = mapped_column(String(254), info=about(internal=True))
    name_key: Mapped[str | None] = mapped_column(String(200), info=about(internal=True))
    merged_into_id: Mapped[int | None] = reference(
        "base.party", nullable=True, info=about(_("Merged into"), internal=True)
    )
    last_contact_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Last contact"))
    )
    addresses: Mapped[list["Address"]] = link(
        "base.address", back="party", many=True, order_by="id", owned=True
    )
    contact_points: Mapped[list["ContactPoint"]] = link(
        "base.contact_point", back="party", many=True, order_by="id", owned=True
    )
    tags: Mapped[list[Tag]] = link("base.tag", through="base.party_tag", many=True)

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index("email_key", "email_key", postgresql_where=text("email_key IS NOT NULL")),
        Index("phone_key", "phone_key", postgresql_where=text("phone_key IS NOT NULL")),
        Index("domain_key", "domain_key", postgresql_where=text("domain_key IS NOT NULL")),
        sort_index(),
        Index("name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
        Index("external_ref", "external_ref", postgresql_where=text("external_ref IS NOT NULL")),
    )

    def before_save(self, env: Env) -> None:
        """Keep the duplicate keys (crm.md, definition 6) in step with what the user typed."""
        self.email_key = email_key(self.email)
        self.phone_key = phone_key(self.phone, env.company.country)
        if self.kind == PartyKind.PERSON:
            self.domain_key, self.name_key = None, person_key(self.name)
        else:
            self.domain_key = domain_key(self.email, self.website)
            self.name_key = company_key(self.name)

    @property
    def is_organisation(self) -> bool:
        return self.kind == PartyKind.ORGANISATION


class ContactKind(Choice):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class ContactPoint(Model, name="contact_point", versioned=False):
    """A further e-mail address or telephone number of a party; the main ones stand on the party itself."""

    __label__ = _("E-mail or phone")
    __labels__ = _("E-mails and phones")
    __display__ = "value"

    party_id: Mapped[int] = reference("base.party", ondelete="CASCADE")
    party: Mapped[Party] = link("base.party", back="contact_points")
    kind: Mapped[ContactKind] = choice(ContactKind, default=ContactKind.EMAIL)
    value: Mapped[str] = mapped_column(String(254))
    purpose: Mapped[str | None] = mapped_column(String(60), info=about(help=_("Work, mobile, accounts…")))
    key: Mapped[str | None] = mapped_column(String(254), info=about(internal=True))

    __constraints__ = (
        CheckConstraint("value <> ''", name="value_not_empty"),
        UniqueConstraint("party_id", "kind", "value", name="once"),
        Index("key", "kind", "key", postgresql_where=text("key IS NOT NULL")),
    )

    def before_save(self, env: Env) -> None:
        """Keep the duplicate key in step with the value."""
        self.key = (
            phone_key(self.value, env.company.country)
            if self.kind == ContactKind.PHONE
            else email_key(self.value)
        )


class Affiliation(Model, name="affiliation", versioned=False):
    """A person can work for several organisations; the first one is also the person's own organisation."""

    __label__ = _("Affiliation")
    __labels__ = _("Affiliations")
    __display__ = "role"

    person_id: Mapped[int] = reference("base.party", ondelete="CASCADE")
    person: Mapped[Party] = link("base.party", key="person_id")
    organisation_id: Mapped[int] = reference("base.party", ondelete="CASCADE")
    organisation: Mapped[Party] = link("base.party", key="organisation_id")
    role: Mapped[str | None] = mapped_column(String(120))

    __constraints__ = (
        UniqueConstraint("person_id", "organisation_id", name="once"),
        CheckConstraint("person_id <> organisation_id", name="two_parties"),
    )


class AddressKind(Choice):
    MAIN = "main", _("Main")
    INVOICE = "invoice", _("Invoicing")
    DELIVERY = "delivery", _("Delivery")


class Address(Model, name="address", versioned=False):
    """Without an invoicing or delivery address the main one is used."""

    __label__ = _("Address")
    __labels__ = _("Addresses")
    __display__ = "one_line"
    __searchable__ = ("street", "postcode", "city")

    party_id: Mapped[int] = reference("base.party", ondelete="CASCADE")
    party: Mapped[Party] = link("base.party", back="addresses")
    kind: Mapped[AddressKind] = choice(AddressKind, default=AddressKind.MAIN)
    name: Mapped[str | None] = mapped_column(
        String(120), info=about(_("Addressee"), help=_("When it differs from the contact's name."))
    )
    street: Mapped[str | None] = mapped_column(String(200))
    street2: Mapped[str | None] = mapped_column(String(200), info=about(_("Street, line 2")))
    postcode: Mapped[str | None] = mapped_column(String(20))
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(
        String(2), info=about(help=_("Two letters, for instance FR."))
    )

    __constraints__ = (CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_code"),)

    @property
    def one_line(self) -> str:
        """The address on one line, as in "14 quai des Tanneurs, 74000 Annecy"."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        parts = (self.street, self.street2, town, self.region, self.country)
        return ", ".join(part for part in parts if part)
