from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sample_vault.models import Deal, DealLine

if TYPE_CHECKING:
    from tests.security.conftest import Vault


def a_deal(vault: Vault, **values: Any) -> Deal:
    """A deal of Ana in the first company, written by the platform."""
    defaults = {
        "title": "Forklift",
        "owner_id": vault.ana,
        "company_id": vault.here,
        "amount": Decimal(500),
        "margin": Decimal("77.77"),
    }
    return vault.system.add(Deal, **(defaults | values))


def a_line(vault: Vault, deal: Deal, text: str = "Fork") -> DealLine:
    return vault.system.add(DealLine, deal_id=deal.id, text=text)
