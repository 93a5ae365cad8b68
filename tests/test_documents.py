"""Every document says what may still be written of it once it is agreed or closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core.orm.choices import ChoiceType
from core.views.catalog import views_of

if TYPE_CHECKING:
    from core.platform import Platform

NO_DOCUMENTS = {
    "base.retention_run",  # a run of the platform and what it refused: written by its service, read by people
    "core.batch",  # work on many records: the same
    "core.mail",  # its attachments are written with it
}


def test_every_document_declares_its_conditions(platform: Platform) -> None:
    """A model with owned lines and a status is a document."""
    registry = platform.registries.of(platform.discovered.addons)

    found = {name for name, model in registry.models.items() if is_document(model)}
    undeclared = {name for name in found if registry.model(name).__document__ is None}

    assert undeclared == NO_DOCUMENTS


def test_the_form_of_a_document_leaves_its_condition_to_the_model(platform: Platform) -> None:
    registry = platform.registries.of(platform.discovered.addons)

    by_hand = {
        name
        for name, model in registry.models.items()
        if model.__document__ is not None and views_of(registry).of(model).the_form.readonly
    }

    assert by_hand == set()


def is_document(model: type[Any]) -> bool:
    mapper: Any = inspect(model)
    has_lines = any(link.cascade.delete_orphan and link.uselist for link in mapper.relationships)
    return has_lines and any(
        isinstance(prop.columns[0].type, ChoiceType) and prop.key in {"state", "status"}
        for prop in mapper.column_attrs
    )
