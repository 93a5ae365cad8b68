"""How a model says that its rows hang on records of other models, such as notes, activities and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import AddonError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from core.env import Env


class Mine(Protocol):
    """The rows of a model that concern the user who asks, such as notes that mention them."""

    def __call__(self, env: Env, model: Any, /) -> ColumnElement[bool]:
        """A criterion on the composed model, or on an alias of it."""


Declared = tuple[str, ...] | tuple[tuple[str, ...], ...]
"""As a model writes it: ("model", "record_id"), several such pairs, or one reference ("message_id",)."""


@dataclass(frozen=True, slots=True)
class Follows:
    """The rows of a model are seen by who may read the records they hang on.

    Where they are asked for by themselves (lists, calendars, search, export, API), only those that are also
    ``mine``; reached from their record, all of them.
    """

    pairs: tuple[tuple[str, str], ...]
    """Columns with a model's name and with the number of one of its records; a row names all of them or
    leaves a pair empty."""
    references: tuple[str, ...]
    """Foreign keys to rows that hang on records themselves, such as the message of a notice."""
    mine: tuple[str | Mine, ...]
    """Columns with the id of a user, or criteria; empty where the rows are nobody's, such as a log."""
    fixed: frozenset[str]
    """What stays as it was first written, besides the record; a column of ``mine`` among them names whoever
    wrote the row."""

    @property
    def signed(self) -> frozenset[str]:
        """Columns that name the author: nobody writes in another's name."""
        return self.fixed & {one for one in self.mine if isinstance(one, str)}

    @property
    def frozen(self) -> frozenset[str]:
        """All columns that no later write changes."""
        return self.fixed | {key for pair in self.pairs for key in pair} | set(self.references)

    @property
    def keys(self) -> frozenset[str]:
        """All columns the declaration names."""
        return self.frozen | {one for one in self.mine if isinstance(one, str)}


def declared(owner: str, follows: Declared, mine: Sequence[str | Mine], fixed: Sequence[str]) -> Follows:
    """What the keywords of a model's class mean, or AddonError."""
    several = follows if isinstance(follows[0], tuple) else (follows,)
    listed = [tuple(one) for one in several]
    if any(len(one) not in (1, 2) for one in listed):
        message = f"{owner} follows={follows!r} names neither a pair of columns nor one reference."
        raise AddonError(message, hint='Write follows=("model", "record_id") or follows=("message_id",).')
    return Follows(
        pairs=tuple((one[0], one[1]) for one in listed if len(one) == 2),
        references=tuple(one[0] for one in listed if len(one) == 1),
        mine=tuple(mine),
        fixed=frozenset(fixed),
    )
