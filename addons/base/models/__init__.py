"""What base stores."""

from addons.base.models.activity import Activity, ActivityKind
from addons.base.models.company import CompanyParty
from addons.base.models.consent import Consent, ConsentChannel, ConsentSource, ConsentStatus, ConsentWording
from addons.base.models.currency import Country, Currency, ExchangeRate
from addons.base.models.feed import CalendarFeed
from addons.base.models.file import File
from addons.base.models.mailing import MailTemplate
from addons.base.models.master_data import ExternalId, ExternalSystem, MasteredParty, OwnedField, OwnedWhere
from addons.base.models.merge import PartyMerge
from addons.base.models.message import Follower, Message, MessageKind, Notice
from addons.base.models.party import (
    Address,
    AddressKind,
    Affiliation,
    ContactKind,
    ContactPoint,
    Party,
    PartyKind,
)
from addons.base.models.privacy import (
    AnonymisedParty,
    RetentionRefusal,
    RetentionRule,
    RetentionRun,
    RunState,
)
from addons.base.models.tag import PartyTag, Tag

__all__ = [
    "Activity",
    "ActivityKind",
    "Address",
    "AddressKind",
    "Affiliation",
    "AnonymisedParty",
    "CalendarFeed",
    "CompanyParty",
    "Consent",
    "ConsentChannel",
    "ConsentSource",
    "ConsentStatus",
    "ConsentWording",
    "ContactKind",
    "ContactPoint",
    "Country",
    "Currency",
    "ExchangeRate",
    "ExternalId",
    "ExternalSystem",
    "File",
    "Follower",
    "MailTemplate",
    "MasteredParty",
    "Message",
    "MessageKind",
    "Notice",
    "OwnedField",
    "OwnedWhere",
    "Party",
    "PartyKind",
    "PartyMerge",
    "PartyTag",
    "RetentionRefusal",
    "RetentionRule",
    "RetentionRun",
    "RunState",
    "Tag",
]
