"""What only services write beside the orders: price differences, and what was accepted on bills."""

from core.api import RuleBroken, ServicesOnly, _


class KeptByDocuments(RuleBroken):
    """409 for whoever writes what follows from receipts and bills by form, import or API."""

    def __init__(self) -> None:
        super().__init__(
            _("The status and progress of an order follow from its documents: nobody writes them by hand."),
            hint=_("Confirm, receive or bill the order instead."),
        )


KEPT = ServicesOnly("erp_purchase", KeptByDocuments)
keep = KEPT.writing
refuse_by_hand = KEPT.refuse
