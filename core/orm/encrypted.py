"""A column whose text is encrypted before it reaches the database: passwords and keys that we must give back.

What is assigned to such an attribute is plain text until the session writes the record; from then on the
attribute holds a ``Ciphertext``, of which nothing can be read. ``reveal`` opens it where it is used.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, inspect
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from core.errors import AddonError
from core.orm.model import about

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.orm import MappedColumn

    from core.registry.compose import Registry

SECRET_GROUP = "core.secret"  # noqa: S105 - the name of a field group, not a secret


class Ciphertext(str):
    """What the database holds. Printing it tells nothing, and it is no text to show, search or compare."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<Ciphertext>"


class PlainText(TypeError):
    """A statement was about to write a secret as it is: only records are encrypted, by their session."""

    def __init__(self) -> None:
        super().__init__("An encrypted column is written through a record, never by a statement or in bulk.")


class EncryptedText(TypeDecorator[str]):
    """Text in the database; refuses to write, or to compare with, anything that is not encrypted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the database what was encrypted, and nothing else."""
        if value is not None and not isinstance(value, Ciphertext):
            raise PlainText
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """What comes from the database stays closed."""
        return None if value is None else Ciphertext(value)


def encrypted(label: Any = "", **options: Any) -> MappedColumn[Any]:
    """A column of encrypted text, hidden from everybody: ``password: Mapped[str | None] = encrypted()``."""
    return mapped_column(EncryptedText(), info=about(label, group=SECRET_GROUP, internal=True), **options)


@cache
def encrypted_names(model: type[Any]) -> tuple[str, ...]:
    """The attributes of a model whose columns are encrypted."""
    return tuple(
        attribute.key
        for attribute in inspect(model).column_attrs
        if isinstance(attribute.columns[0].type, EncryptedText)
    )


def refuse_shown_secrets(registry: Registry) -> None:
    """Raise AddonError for an encrypted column that a screen, an export or the API would show."""
    models: list[Any] = list(registry.models.values())
    for model in models:
        for name in encrypted_names(model):
            told = model.__table__.columns[name].info.get("about")
            if told is None or told.group != SECRET_GROUP or not told.internal:
                message = f"{model.model_name}.{name} is encrypted, and would be shown."
                raise AddonError(message, hint="Declare it by encrypted(): it is hidden from everybody.")
