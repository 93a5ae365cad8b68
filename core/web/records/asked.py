"""Fields that an address names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import AddonError, NotFound
from core.i18n import _
from core.views.fields import field_of

if TYPE_CHECKING:
    from core.views.fields import FieldMeta


def asked(model: type[Any], path: str) -> FieldMeta:
    """The field, or NotFound: unlike a view's, a name in an address is the visitor's mistake."""
    try:
        return field_of(model, path)
    except AddonError as error:
        raise NotFound(
            _("There is no such field."), hint=_("Go back to the list and choose one there.")
        ) from error
