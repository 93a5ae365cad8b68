"""What an addon says to offer a chart of accounts: see the hook ``declare_charts``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from addons.catalog.models import TaxCategory, TaxKind, TaxScope
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from addons.erp_accounting.models import AccountType, JournalKind
    from addons.erp_accounting.services.terms import Rule


@dataclass(frozen=True, slots=True)
class AccountSpec:
    code: str
    name: str
    type: AccountType
    reconcilable: bool = False
    tags: str = ""


@dataclass(frozen=True, slots=True)
class JournalSpec:
    code: str
    name: str
    kind: JournalKind
    prefix: str
    account: str = ""
    for_credit_notes: bool = False


@dataclass(frozen=True, slots=True)
class TaxSpec:
    """A tax by its code. `account`, `reverse_account`: codes in the chart. See ``AccountedTax`` for reverse
    charges."""

    code: str
    name: str
    kind: TaxKind
    rate: Decimal = ZERO
    account: str = ""
    included: bool = False
    scope: TaxScope = TaxScope.ANY
    category: TaxCategory = TaxCategory.STANDARD
    reason: str = ""
    reverse_rate: Decimal | None = None
    reverse_account: str = ""
    on_payment: bool = False
    """Due with the payment, not with the invoice."""
    base_box: str = ""
    due_box: str = ""
    deductible_box: str = ""
    """Boxes of the country's tax return: see ``taxforms``."""


@dataclass(frozen=True, slots=True)
class TermSpec:
    name: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a company's books begin with. `purposes`: column of ``Ledger`` without _id -> account
    code."""

    key: str
    name: str
    accounts: tuple[AccountSpec, ...]
    purposes: Mapping[str, str]
    journals: tuple[JournalSpec, ...]
    taxes: tuple[TaxSpec, ...] = ()
    terms: tuple[TermSpec, ...] = ()
    country: str = ""
    carries_forward: bool = False
    """Whether closing a year closes the balance sheet too and opens it again: see ``services.closing``."""
    countries: tuple[str, ...] = field(default=())
