"""What may still be written on a document, declared once on its model: every door holds to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from core.i18n.text import _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.i18n.text import Text

Criterion = Callable[[Any], "ColumnElement[bool]"]
"""Asked with the composed model; over its own columns."""


class Condition(Enum):
    """How far a document is binding."""

    DRAFT = "draft"
    AGREED = "agreed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFields:
    """Which attributes of a document, or of a line of one, are exceptions to its condition.

    A line, and an addon that adds columns to somebody else's document or line, declares just these, as
    ``__document_fields__``. Columns by their key ("party_id"), many-to-many links by their name ("taxes").
    """

    free_when_agreed: tuple[str, ...] = ()
    """Whoever may change the document changes them on an agreed one too, without amending it."""
    free_when_closed: tuple[str, ...] = ()
    service_fields: tuple[str, ...] = ()
    """The addon's services write them, in every condition: status, number, progress, tokens."""
    computed_fields: tuple[str, ...] = ()
    """They follow from the lines by ``totals_by`` or ``amended_by``; another value is refused."""
    fixed_when_agreed: tuple[str, ...] = ()
    """What not even an amendment changes, such as the customer."""


USE_ACTIONS = _("Use the actions of the page instead.")
CHANGE_FIRST = _("Change the order first; the change counts once it is confirmed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(DocumentFields):
    """The conditions of a document, for ``__document__`` of its model. Its owned lines follow it.

    Draft: free. Agreed: ``amended_by`` runs once everything is written and may refuse; without it nothing is
    written. Closed: nothing is written. Services of the addon write inside ``writing_closed``.
    """

    services_only: bool = False
    """Only services make, change and delete rows, such as what settles what; they have no lines."""
    closed_when: Criterion | None = None
    agreed_when: Criterion | None = None
    amended_by: str = ""
    """The service ``(env, document, before)``, as "services.orders:amended" below the addon's folder.
    ``before`` holds the columns of the document as they were."""
    totals_by: str = ""
    """The service ``(env, document)`` that sets the computed fields from the lines, without flushing."""
    lock_rank: int = 100
    """Documents are locked in ascending order of rank, then id: those that others follow from come first."""
    closed_hint: Text | str = USE_ACTIONS
    agreed_hint: Text | str = CHANGE_FIRST
    service_hint: Text | str = USE_ACTIONS
