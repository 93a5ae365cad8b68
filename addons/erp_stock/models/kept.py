"""What only services may change: figures and states that follow from something else."""

from core.api import RuleBroken, ServicesOnly, _

MOVE_GOODS = _("Receive, ship, count or scrap instead.")


class KeptByMoves(RuleBroken):
    """409 for whoever writes a figure or a state by form, import or API."""

    def __init__(self) -> None:
        super().__init__(
            _("Stock follows from what moves, so it cannot be written by hand."),
            hint=MOVE_GOODS,
        )


KEPT = ServicesOnly("erp_stock", KeptByMoves)
keep = KEPT.writing
refuse_by_hand = KEPT.refuse
