"""What base draws in every form: the timeline; and the overview of a party."""

from __future__ import annotations

from addons.base.queries import customers, widget
from core.api import Slot

PLACES = (
    Slot("*.timeline", template="base/_timeline.html", context=widget.beside),
    Slot("base.party.head", template="base/_overview.html", context=customers.overview, sequence=1),
)
