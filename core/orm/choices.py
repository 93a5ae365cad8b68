"""A closed set of values with labels: stored as text with a CHECK, never as a native enum."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import String, TypeDecorator
from sqlalchemy.orm import MappedColumn, mapped_column

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class Choice(StrEnum):
    """One of a few values. Declare members as ``NAME = "value", _("Label")`` with an optional tone.

    A tone is "ok", "warn", "bad", "accent" or "": how the value's pill is coloured.
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "") -> Self:
        """Keep the label and the tone on the member."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.replace("_", " ").capitalize()
        member.tone = tone
        return member


C = TypeVar("C", bound=Choice)


class ChoiceType(TypeDecorator[Choice]):
    """Text in the database, a member of ``choices`` in Python."""

    impl = String
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        self.choices = choices
        super().__init__(max(20, *(len(member.value) for member in choices)))

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Refuse a value outside the set before the database does."""
        return None if value is None else self.choices(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Choice | None:
        """Give the member back."""
        return None if value is None else self.choices(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare with plain text (LIKE, IN of strings) as with members."""
        return self

    def check(self, column: str) -> str:
        """The CHECK expression that holds the set in the database."""
        values = ", ".join(f"'{member.value}'" for member in self.choices)
        return f"{column} IN ({values})"

    def copy(self, **kw: Any) -> ChoiceType:
        """A column is copied for each composed class; the set stays the same."""
        return ChoiceType(self.choices)


def choice(
    choices: type[C], *, default: C | None = None, nullable: bool = False, **options: Any
) -> MappedColumn[C]:
    """A column that holds one member of ``choices``."""
    if default is not None:
        options["default"] = default
    return mapped_column(ChoiceType(choices), nullable=nullable, **options)
