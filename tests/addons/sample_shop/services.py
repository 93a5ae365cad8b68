"""What sample_shop can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.api import RuleBroken, _
from sample_shop.models import Stage

if TYPE_CHECKING:
    from core.api import Env
    from sample_shop.models import Deal


class AlreadyClosed(RuleBroken):
    def __init__(self, deal: Deal) -> None:
        super().__init__(
            _('"{title}" is already {stage}.', title=deal.title, stage=deal.stage),
            hint=_("Create a new deal."),
        )


def win(env: Env, deal: Deal) -> None:
    """Close as won."""
    if deal.stage in {Stage.WON, Stage.LOST}:
        raise AlreadyClosed(deal)
    deal.stage = Stage.WON
    env.session.flush()


def lose(env: Env, deal: Deal, *, reason: str) -> None:
    """Close as lost, with the reason in the notes."""
    if deal.stage in {Stage.WON, Stage.LOST}:
        raise AlreadyClosed(deal)
    deal.stage = Stage.LOST
    deal.notes = reason
    env.session.flush()


def price_line(env: Env, deal: Deal, line: Any) -> None:
    """Keep the amount of a line equal to quantity times price."""
    line.amount = (line.quantity or 0) * (line.price or 0)
