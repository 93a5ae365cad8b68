"""Who may write the rows of a model, and what other programs see of it: said once, on the model."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

CORE = "core"


class Exposure(Enum):
    """How far a model is opened. Grants narrow what is open; they never open what is not.

    A model of the platform that does not say is CLOSED, one of an addon is OPEN.
    """

    CLOSED = "closed"
    """Written by services only, in an elevated passage; other programs do not see it at all."""
    READ = "read"
    """Written by services only; other programs read it as grants say, and call its named actions."""
    SCREENS = "screens"
    """Written on screens as grants say; other programs read it."""
    OPEN = "open"
    """Read and written at every door, as grants say."""

    @property
    def is_service_managed(self) -> bool:
        """Whether nobody writes a row but a service in an elevated passage."""
        return self in {Exposure.CLOSED, Exposure.READ}


def exposure_of(model: type[Any]) -> Exposure:
    """What a model declares, by any of its classes; an extension by another addon opens nothing."""
    declared: Any = next((one for one in model.__mro__ if vars(one).get("is_extension") is False), model)
    chosen: Exposure | None = vars(declared).get("__exposure__")
    if chosen is not None:
        return chosen
    return Exposure.CLOSED if declared.addon == CORE else Exposure.OPEN


def service_managed(models: Iterable[type[Any]]) -> frozenset[str]:
    """The names of those among some models that only services write."""
    return frozenset(model.model_name for model in models if exposure_of(model).is_service_managed)
