"""Letters about deliveries that are ready from the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.services.ready_letters import ReadyLetter, offer
from addons.erp_stock.models import Shipment
from core.api import _

if TYPE_CHECKING:
    from core.api import Env

LETTERS = (
    ReadyLetter(
        _("Your delivery"),
        _("Delivery {number} from {company.name}"),
        _(
            "Hello,\n\nYour delivery {number} is planned for {planned_on}. Its delivery slip is attached.\n\n"
            "Kind regards\n{user.name}\n{company.name}"
        ),
        "erp_stock.delivery_slip",
    ),
)


def seed(env: Env) -> None:
    """Write what is missing."""
    offer(env, Shipment.model_name, LETTERS)
