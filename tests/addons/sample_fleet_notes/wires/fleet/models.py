"""What the wire adds to vehicles."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from sample_fleet.models import Vehicle


class NotedVehicle(Vehicle, extends=True):
    """Nullable, because workspaces without the wire write the same rows."""

    remark: Mapped[str | None] = mapped_column(Text)
