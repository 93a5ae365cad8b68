"""Linked records named in a file, found for a whole piece of it with one statement for each way of naming
them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import func, select

from core.i18n.text import _
from core.views.access import label, labels
from core.views.derive import name_field
from core.views.imports.mapping import lookups_of
from core.views.values import Unclear

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env
    from core.views.fields import FieldMeta

AMBIGUOUS = -1


class Lookup:
    """Finds records of a relation's target by text: by the attribute named, else reference, code, then
    name."""

    def __init__(self, env: Env, meta: FieldMeta, attribute: str = "") -> None:
        self.env = env
        self.target: Any = meta.target
        self.attributes = [attribute] if attribute else lookups_of(cast("Any", meta.target))
        self._known: dict[str, int] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Look up the texts not known yet."""
        waiting = {text for text in texts if text and text not in self._known}
        for attribute in self.attributes:
            if not waiting:
                return
            found = self._by(attribute, waiting)
            self._known.update(found)
            waiting -= set(found)

    def records(self) -> list[Any]:
        """Every record found so far, read with one statement."""
        ids = {found for found in self._known.values() if found != AMBIGUOUS}
        return (
            list(self.env.session.scalars(select(self.target).where(self.target.id.in_(ids)))) if ids else []
        )

    def _by(self, attribute: str, texts: set[str]) -> dict[str, int]:
        column = getattr(self.target, attribute)
        named = attribute == name_field(self.target) or attribute == "email"
        wanted = {text.lower(): text for text in texts} if named else {text: text for text in texts}
        keyed = func.lower(column) if named else column
        found: dict[str, int] = {}
        for key, record_id in self.env.session.execute(
            select(keyed, self.target.id).where(keyed.in_(list(wanted)))
        ):
            for text in (t for t in texts if (t.lower() if named else t) == key):
                found[text] = AMBIGUOUS if text in found else record_id
        return found

    def get(self, text: str) -> int | None:
        """The id for a text. Raise Unclear when nothing or more than one has that name."""
        if not text:
            return None
        found = self._known.get(text)
        if found is None:
            raise Unclear(_("There is no {thing} “{name}”.", thing=label(self.target).lower(), name=text))
        if found == AMBIGUOUS:
            raise Unclear(
                _(
                    "Several {things} are called “{name}”: give a code.",
                    things=labels(self.target).lower(),
                    name=text,
                )
            )
        return found
