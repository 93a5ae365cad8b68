"""What only services may change: states and progress, which follow from something else."""

from core.api import RuleBroken, ServicesOnly, _


class KeptByDocuments(RuleBroken):
    """409 for whoever writes a state or a progress by form, import or API."""

    def __init__(self) -> None:
        super().__init__(
            _("The status and progress of an order follow from its documents: nobody writes them by hand."),
            hint=_("Confirm, deliver or invoice the order instead."),
        )


KEPT = ServicesOnly("erp_orders", KeptByDocuments)
keep = KEPT.writing
refuse_by_hand = KEPT.refuse
