"""What a customer reads of a quote: plain values, nothing else of the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from addons.crm_sales.models import QuoteStatus
from addons.crm_sales.services import content
from addons.crm_sales.services.lines import decimal

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from addons.crm_sales.models import Quote
    from core.api import Env


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line as the customer reads it."""

    kind: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount: Decimal
    taxes: str
    net: Decimal


@dataclass(frozen=True, slots=True)
class PublicQuote:
    """A quote as the customer reads it, and where it stands."""

    reference: str
    company: str
    customer: str
    owner: str
    owner_email: str
    quoted_on: date
    valid_until: date
    requested_date: date | None
    currency: str
    introduction: str
    terms: str
    delivery_address: tuple[str, ...]
    lines: tuple[PublicLine, ...]
    net: Decimal
    taxes: tuple[tuple[str, Decimal, Decimal], ...]
    rounding: Decimal
    total: Decimal
    status: str
    expired: bool
    decided_by: str
    decided_at: datetime | None
    refusal_reason: str
    fingerprint: str

    @property
    def open(self) -> bool:
        """It can be answered."""
        return self.status == QuoteStatus.SENT and not self.expired


def read(env: Env, quote: Quote) -> PublicQuote:
    """The words and amounts that were sent, from the copy that the fingerprint covers."""
    sent: dict[str, Any] = quote.content or content.of(env, quote)
    return PublicQuote(
        reference=sent["quote"],
        company=sent["company"],
        customer=sent["customer"],
        owner=quote.owner.name if quote.owner else "",
        owner_email=quote.owner.email if quote.owner else "",
        quoted_on=quote.quoted_on,
        valid_until=quote.valid_until,
        requested_date=quote.requested_date,
        currency=sent["currency"],
        introduction=sent["introduction"],
        terms=sent["terms"],
        delivery_address=tuple(filter(None, sent["delivery_address"].split("\n"))),
        lines=tuple(
            PublicLine(
                line["kind"],
                line["description"],
                decimal(line["quantity"]),
                line["unit"],
                decimal(line["unit_price"]),
                decimal(line["discount"]),
                ", ".join(line["taxes"]),
                decimal(line["net"]),
            )
            for line in sent["lines"]
        ),
        net=decimal(sent["net"]),
        taxes=tuple((row["name"], decimal(row["base"]), decimal(row["amount"])) for row in sent["taxes"]),
        rounding=decimal(sent["rounding"]),
        total=decimal(sent["total"]),
        status=str(quote.status.value),
        expired=quote.status == QuoteStatus.SENT and quote.valid_until < env.today(),
        decided_by=quote.decided_by or "",
        decided_at=quote.decided_at,
        refusal_reason=quote.refusal_reason or "",
        fingerprint=quote.document_hash or "",
    )
