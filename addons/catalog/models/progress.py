"""How far a document is."""

from core.api import Choice, _


class Progress(Choice):
    """How far deliveries, receipts, invoices or bills of an order are."""

    NOTHING = "nothing", _("Nothing yet")
    PARTLY = "partly", _("Partly"), "warn"
    FULLY = "fully", _("Fully"), "ok"
