"""What another CRM or ERP tells, as it is written on the wire; decimals and days are texts."""

from __future__ import annotations

from datetime import date  # noqa: TC003  # msgspec reads it when a message is decoded
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

Key: TypeAlias = Annotated[str, Meta(min_length=1, max_length=120)]
Short: TypeAlias = Annotated[str, Meta(max_length=200)]
Amount: TypeAlias = Annotated[Decimal, Meta(description="A decimal as text, e.g. 12.50.")]
Currency: TypeAlias = Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class _Message(Struct, forbid_unknown_fields=True, kw_only=True, tag_field="event"):
    """Every message says in ``event`` what happened."""


class ForeignCustomer(Struct, forbid_unknown_fields=True, kw_only=True):
    """The customer as the other system knows it; found again by ``id``, else by e-mail."""

    id: Key
    name: Short
    kind: Literal["organisation", "person"] = "organisation"
    email: Short | None = None
    phone: Short | None = None
    vat_number: Short | None = None
    registration_number: Short | None = None


class ForeignLine(Struct, forbid_unknown_fields=True, kw_only=True):
    """One product. ``product`` is our reference or barcode, ``tax`` our code of a tax."""

    id: Key
    product: Key
    quantity: Amount
    unit_price: Amount | None = None
    """Left out: the price of the catalog."""
    discount: Amount = Decimal(0)
    """Percent."""
    description: Annotated[str, Meta(max_length=2000)] = ""
    tax: Short | None = None
    """Left out: the taxes of the product."""


class _Order(_Message, kw_only=True):
    id: Key
    """The order's key in the other system."""
    number: Annotated[str, Meta(min_length=1, max_length=40)]
    customer: ForeignCustomer
    lines: Annotated[list[ForeignLine], Meta(min_length=1, max_length=1000)]
    order_date: date | None = None
    requested_date: date | None = None
    currency: Currency | None = None
    customer_reference: Annotated[str, Meta(max_length=80)] | None = None
    delivery_address: Annotated[str, Meta(max_length=1000)] | None = None


class ForeignOrderConfirmed(_Order, tag="order_confirmed", kw_only=True):
    """Another CRM took an order."""


class ForeignOrderAmended(_Order, tag="order_amended", kw_only=True):
    """Another CRM changed an order; all lines as they are now."""


class ForeignOrderCancelled(_Message, tag="order_cancelled", kw_only=True):
    """Another CRM cancelled an order."""

    id: Key
    reason: Short = ""


class ForeignOrderState(_Message, tag="order_state", kw_only=True):
    """How the order stands in the other system, for the drift check; changes nothing."""

    id: Key
    net: Amount
    total: Amount
    currency: Currency


class _Document(_Message, kw_only=True):
    id: Key
    number: Short
    order: Key
    """The number of our CRM order, or its key in the other system."""
    date: date


class ForeignDelivered(_Document, tag="delivered", kw_only=True):
    """Another ERP delivered; ``complete`` when nothing of the order is left to deliver."""

    complete: bool = True


class ForeignReturned(_Document, tag="returned", kw_only=True):
    """The customer sent goods back to another ERP."""


class _Billed(_Document, kw_only=True):
    net: Amount
    """Before taxes, in ``currency``."""
    total: Amount
    """Taxes included, in ``currency``."""
    open: Amount
    """Of the total, not paid yet."""
    currency: Currency
    due_date: date | None = None
    rate: Amount | None = None
    """Units of our company's currency for one unit of ``currency``; left out: our rate of that day."""


class ForeignInvoiced(_Billed, tag="invoiced", kw_only=True):
    """Another ERP posted an invoice."""


class ForeignCredited(_Billed, tag="credited", kw_only=True):
    """Another ERP posted a credit note."""


class ForeignPaid(_Message, tag="paid", kw_only=True):
    """An invoice of another ERP was paid, wholly or in part."""

    id: Key
    """The invoice's key in the other system."""
    open: Amount
    date: date


OrderMessage: TypeAlias = ForeignOrderConfirmed | ForeignOrderAmended
BilledMessage: TypeAlias = ForeignInvoiced | ForeignCredited
Message: TypeAlias = (
    ForeignOrderConfirmed
    | ForeignOrderAmended
    | ForeignOrderCancelled
    | ForeignOrderState
    | ForeignDelivered
    | ForeignReturned
    | ForeignInvoiced
    | ForeignCredited
    | ForeignPaid
)


class Taken(Struct, kw_only=True):
    """What became of a message."""

    model: str
    id: int
    name: str
    already: bool
    """It was known; nothing was done a second time."""
