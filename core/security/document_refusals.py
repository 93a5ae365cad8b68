"""Refusals of what a document no longer lets anybody write: which one, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core.errors import RuleBroken
from core.i18n import _
from core.orm.document import USE_ACTIONS
from core.orm.model import About

if TYPE_CHECKING:
    from core.security.document_rules import DocumentRules, RowRules


def _label(record: Any, key: str) -> str:
    mapper: Any = inspect(type(record))
    column = mapper.column_attrs[key].columns[0] if key in mapper.column_attrs else None
    about = column.info.get("about") if column is not None else None
    if isinstance(about, About) and about.label:
        return str(about.label)
    return key.removesuffix("_id").replace("_", " ").capitalize()


class Closed(RuleBroken):
    """409 for whoever writes a document that is over, or its lines; nothing was written."""

    def __init__(self, document: Any, rules: DocumentRules) -> None:
        super().__init__(
            _("{name} can no longer be changed.", name=document.display_name),
            hint=rules.declared.closed_hint,
        )


class Agreed(RuleBroken):
    """409 for whoever writes what was agreed where it is not amended directly; nothing was written."""

    def __init__(self, document: Any, rules: DocumentRules) -> None:
        super().__init__(
            _("What {name} says is agreed.", name=document.display_name), hint=rules.declared.agreed_hint
        )


class FixedField(RuleBroken):
    """409 for whoever amends what an agreed document keeps."""

    def __init__(self, record: Any, document: Any, key: str) -> None:
        super().__init__(
            _(
                "{field} of {name} is agreed and stays.",
                field=_label(record, key),
                name=document.display_name,
            ),
            hint=_("Cancel it and make a new one."),
        )


class ServiceField(RuleBroken):
    """409 for whoever writes by hand what the addon's services set."""

    def __init__(self, record: Any, rules: RowRules, key: str) -> None:
        name = record.display_name if record.id is not None else str(type(record).__label__)
        declared = rules.document.declared if rules.document is not None else None
        super().__init__(
            _(
                "{field} of {name} follows from what is done with it: nobody writes it by hand.",
                field=_label(record, key),
                name=name,
            ),
            hint=declared.service_hint if declared else USE_ACTIONS,
        )


class ComputedField(RuleBroken):
    """409 for whoever writes a total, or a line's amount, that does not follow from the lines."""

    def __init__(self, record: Any, key: str) -> None:
        super().__init__(
            _(
                "{field} of {name} follows from the lines: nobody writes it by hand.",
                field=_label(record, key),
                name=record.display_name,
            ),
            hint=_("Change quantities, prices or taxes of the lines instead."),
        )
