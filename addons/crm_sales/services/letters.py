"""Letters about orders and quotes that are ready from the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.services.ready_letters import ReadyLetter, offer
from addons.crm_sales.models import Order, Quote
from core.api import _

if TYPE_CHECKING:
    from core.api import Env

ORDER = (
    ReadyLetter(
        _("Order confirmation"),
        _("Order {number} from {company.name}"),
        _(
            "Hello,\n\nThank you for your order. Its confirmation {number} over {total} is attached.\n\n"
            "Kind regards\n{user.name}\n{company.name}"
        ),
        "crm_sales.order",
    ),
)
QUOTE = (
    ReadyLetter(
        _("Following up a quote"),
        _("Our quote {number}"),
        _(
            "Hello,\n\nOur quote {number} over {total} is valid until {valid_until}."
            " Is there anything you would like to know about it?\n\n"
            "Kind regards\n{user.name}\n{company.name}"
        ),
    ),
)


def seed(env: Env) -> None:
    """Write what is missing."""
    offer(env, Order.model_name, ORDER)
    offer(env, Quote.model_name, QUOTE)
