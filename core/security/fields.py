"""Columns of a field group: left out of every load, and refused on access, for those who may not see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm import ColumnProperty, InstanceState, LoaderCallableStatus, PassiveFlag
from sqlalchemy.orm.properties import MappedSQLExpression

if TYPE_CHECKING:
    from collections.abc import Callable

HIDDEN: Final = "passerelle.hidden"
"""Key of a statement's compile state under which the rules put the properties it must not load."""


class _Grouped:
    """Replaces two steps of loading a column, whatever the path or the options that lead to it."""

    __slots__ = ()

    def setup(self, context: Any, *arguments: Any, **options: Any) -> None:
        """Put the column into the SELECT, unless it is hidden."""
        if self not in context.global_attributes.get(HIDDEN, ()):
            super().setup(context, *arguments, **options)  # type: ignore[misc]  # the column property's own

    def create_row_processor(self, context: Any, *arguments: Any) -> None:
        """Take the column's value from a row, unless it is hidden."""
        if self not in context.compile_state.global_attributes.get(HIDDEN, ()):
            super().create_row_processor(context, *arguments)  # type: ignore[misc]  # the column property's own


class GroupedColumn(_Grouped, ColumnProperty[Any]):
    """A plain column of a field group."""

    __slots__ = ()
    inherit_cache = True


class GroupedExpression(_Grouped, MappedSQLExpression[Any]):
    """An expression over columns of a field group."""

    __slots__ = ()
    inherit_cache = True


def guard_column(prop: Any) -> None:
    """Make a mapped property hideable. Attributes that were not loaded ask ``_on_access``."""
    prop.__class__ = GroupedExpression if isinstance(prop, MappedSQLExpression) else GroupedColumn
    implementation = getattr(prop.parent.class_, prop.key).impl
    implementation.callable_ = _on_access(prop.key)
    implementation.load_on_unexpire = False


def _on_access(key: str) -> Callable[[InstanceState[Any], PassiveFlag], Any]:
    """Load one column of one record, or refuse: called when its value is not in memory."""

    def load(state: InstanceState[Any], passive: PassiveFlag) -> Any:
        session = state.session
        if session is None or not state.persistent:
            return LoaderCallableStatus.ATTR_EMPTY
        if not passive & PassiveFlag.SQL_OK:
            return LoaderCallableStatus.PASSIVE_NO_RESULT
        refuse = getattr(session, "refuse_hidden", None)
        if refuse is not None:
            refuse(state.mapper, key)
        session.refresh(state.obj(), [key])
        return inspect(state.obj()).dict.get(key, LoaderCallableStatus.ATTR_EMPTY)

    return load
