"""What the wire adds to vehicles."""

from sample_fleet.models import Vehicle
from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column


class NotedVehicle(Vehicle, extends=True):
    """Nullable, because workspaces without the wire write the same rows."""

    remark: Mapped[str | None] = mapped_column(Text)
