"""What finds a line of an order again when the other CRM changes it."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_orders.models import Line
from core.api import DocumentFields, _, about


class ForeignOrderLine(Line, extends=True):
    """Its key in the other CRM; empty for orders taken here."""

    __document_fields__ = DocumentFields(service_fields=("foreign_key",))

    foreign_key: Mapped[str | None] = mapped_column(
        String(120), info=about(_("Key of the line there"), internal=True)
    )
