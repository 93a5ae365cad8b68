"""What the database refused, said to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, UniqueConstraint, inspect

from core.errors import CoreError, Invalid, RuleBroken
from core.i18n.text import _
from core.views.access import labels

if TYPE_CHECKING:
    from sqlalchemy.exc import IntegrityError

    from core.env import Env

UNIQUE, FOREIGN, NULL, CHECK = "23505", "23503", "23502", "23514"


def sentence(env: Env, model: type[Any], error: IntegrityError, deleting: Any = None) -> CoreError:
    """The refusal as Invalid beside its fields, or as RuleBroken when it concerns the whole record."""
    diagnosis: Any = getattr(error.orig, "diag", None)
    state = str(getattr(error.orig, "sqlstate", "") or "")
    table = str(getattr(diagnosis, "table_name", "") or "")
    constraint = str(getattr(diagnosis, "constraint_name", "") or "")
    owner = _model_of(env, table) or model
    if state == FOREIGN and deleting is not None:
        return RuleBroken(
            _("{name} is still used by {things}.", name=deleting.display_name, things=labels(owner)),
            hint=_("Delete or change those first, or archive it."),
        )
    names = _attributes(owner, _columns(owner, constraint, str(getattr(diagnosis, "column_name", "") or "")))
    if state == NULL and names:
        return Invalid(fields=dict.fromkeys(names, _("Fill this in.")))
    if state == UNIQUE and names:
        return Invalid(fields={names[-1]: _("This is already used: write another one.")})
    if state == CHECK and names:
        return Invalid(fields={names[0]: _("This value is not allowed here.")})
    return RuleBroken(
        _("The database refused the change ({constraint}).", constraint=constraint or state),
        hint=_("Check what you typed. Nothing was written."),
    )


def _model_of(env: Env, table: str) -> type[Any] | None:
    return next((m for m in env.registry.models.values() if m.__table__.name == table), None)  # type: ignore[attr-defined]  # the composed class has it


def _columns(model: type[Any], constraint: str, column: str) -> list[str]:
    if column:
        return [column]
    table: Any = inspect(model).local_table
    for item in table.constraints:
        if item.name == constraint and isinstance(item, UniqueConstraint):
            return [c.name for c in item.columns]
        if item.name == constraint and isinstance(item, CheckConstraint):
            return [c.name for c in table.columns if _mentions(str(item.sqltext), c.name)]
    for index in table.indexes:
        if index.name == constraint:
            return [c.name for c in index.columns]
    return []


def _mentions(text: str, name: str) -> bool:
    import re

    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _attributes(model: type[Any], columns: list[str]) -> list[str]:
    """The names people see: a relation instead of its reference."""
    mapper = inspect(model)
    by_key = {}
    for relation in mapper.relationships:
        if not relation.uselist:
            by_key[next(iter(relation.local_columns)).name] = relation.key
    names = [by_key.get(column, column) for column in columns]
    return [name for name in names if name not in {"company", "company_id"}]
