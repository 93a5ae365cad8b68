"""A column that goes along and one that stays behind, on every model that is copied."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party  # noqa: TC001  # SQLAlchemy reads it when the link is mapped
from addons.crm_sales.models import Order, OrderLine, Quote, QuoteLine
from addons.erp_accounting.models import BudgetLine, Entry, EntryLine, Invoice, InvoiceLine
from addons.erp_stock.models import Move, Shipment
from core.api import DocumentFields, Model, about, link, reference


def marked(model: type[Model]) -> type[Model]:
    """An extension as a partner writes it."""
    body: dict[str, Any] = {
        "__module__": __name__,
        "__document_fields__": DocumentFields(free_when_closed=("sample_seen",)),
        "__not_copied__": frozenset({"sample_seen"}),
        "sample_mark": mapped_column(String(40)),
        "sample_seen": mapped_column(String(40)),
        "sample_margin": mapped_column(String(40), info=about("Sample", group="sample_copies.margin")),
    }
    return type(f"Marked{model.__name__}", (model,), body, extends=True)


class ToldQuote(Quote, extends=True):
    """Who else hears of a quote."""

    told: Mapped[list[Party]] = link("base.party", through="sample_copies.told", many=True)


class Told(Model, name="told", versioned=False):
    """Joins a quote and a party that hears of it."""

    __display__ = "id"

    quote_id: Mapped[int] = reference("crm_sales.quote", ondelete="CASCADE")
    party_id: Mapped[int] = reference("base.party")

    __constraints__ = (UniqueConstraint("quote_id", "party_id", name="once"),)


COPIED = (
    *(Quote, QuoteLine, Order, OrderLine),
    *(Shipment, Move),
    *(Invoice, InvoiceLine, Entry, EntryLine, BudgetLine),
)
MODELS = [Told, ToldQuote, *map(marked, COPIED)]
