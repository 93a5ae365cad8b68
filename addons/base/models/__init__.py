"""What base stores."""

from addons.base.models.activity import Activity, ActivityKind
from addons.base.models.company import CompanyParty
from addons.base.models.currency import Country, Currency, ExchangeRate
from addons.base.models.file import File
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
from addons.base.models.tag import PartyTag, Tag

__all__ = [
    "Activity",
    "ActivityKind",
    "Address",
    "AddressKind",
    "Affiliation",
    "CompanyParty",
    "ContactKind",
    "ContactPoint",
    "Country",
    "Currency",
    "ExchangeRate",
    "File",
    "Follower",
    "Message",
    "MessageKind",
    "Notice",
    "Party",
    "PartyKind",
    "PartyMerge",
    "PartyTag",
    "Tag",
]
