"""Availability in quotes and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.wires.stock import promises
from addons.crm_sales.models import Quote, QuoteStatus
from core.api import Action, FormExtension, Slot, _, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.catalog.models import Product
    from core.api import Env


@hookimpl
def line_hint(env: Env, product: Product) -> str | None:
    return promises.hint(env, product)


def _offer(env: Env, quote: Quote) -> None:
    promises.offer(env, quote)


@hookimpl
def declare_views() -> Sequence[Any]:
    offer = Action(
        "offer_first_date",
        service=_offer,
        label=_("Offer the first possible date"),
        icon="calendar-check",
        menu=True,
        visible=lambda quote: quote.status is QuoteStatus.DRAFT,
        explain=_("The delivery date becomes the first day on which everything can leave."),
    )
    template = "bridge_crm_erp/_promises.html"
    return (
        FormExtension(Quote, actions=(offer,)),
        Slot("crm_sales.quote.side", template=template, context=promises.context),
        Slot("crm_sales.order.side", template=template, context=promises.context),
    )
