"""Refuse, while a statement is compiled, what record rules and field groups cannot hold in it.

It is a rail for addons, not a prison: Python code in the same process can always reach the database. Tenancy
does not depend on it, because the database role of the workspace holds that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, ColumnElement, Exists, Table, TextClause
from sqlalchemy.orm import QueryableAttribute, RelationshipProperty
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnClause, Extract, TableValuedColumn, _textual_label_reference
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, Join, Lateral, Select, TableClause, TableSample
from sqlalchemy.sql.util import surface_expressions

from core.security.refusals import (
    AFFIX,
    EXTRACT,
    RAW,
    SUBQUERYLOAD,
    WRITING,
    FieldRefused,
    StatementRefused,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.security.plan import Plan

_OPERATOR: Final = re.compile(r"(?!.*(--|/\*))[-+*/<>=~!@#%^&|?]{1,4}")
_SERVER_FUNCTION: Final = re.compile(
    r"pg_|lo_|dblink|query_to_|table_to_|schema_to_|database_to_|cursor_to_|set_config|current_setting|ts_stat|"
    r"txid_|inet_|has_|to_reg|version$|binary_upgrade|currval|setval|nextval|platform"
)


def inspect_statement(statement: Any, plan: Plan) -> None:
    """Raise StatementRefused or FieldRefused; called once per distinct statement and access."""
    walk = _Walk(plan)
    walk.visit(statement, _Scope())
    for option in getattr(statement, "_with_options", ()):
        for criterion in _criteria_of(option):
            walk.visit(criterion, _Scope(anything=True))


def _criteria_of(option: Any) -> Iterator[Any]:
    """Expressions that only an option of the statement mentions."""
    if isinstance(option, LoaderCriteriaOption):
        yield option.where_criteria
    for element in getattr(option, "context", ()):
        if ("lazy", "subquery") in (getattr(element, "strategy", None) or ()):
            raise StatementRefused(SUBQUERYLOAD)  # it rewrites the rules of others
        yield from getattr(element, "_extra_criteria", ())
        expression = getattr(element, "local_opts", {}).get("expression")
        if expression is not None:
            yield expression


class _Scope:
    """The tables that stand for a model in one SELECT, so that rules come with them, and those around it."""

    def __init__(self, outer: _Scope | None = None, *, anything: bool = False) -> None:
        self.outer = outer
        self.anything = anything
        self.tables: set[Any] = set()
        self.statement: Select[Any] | None = None

    def covers(self, table: Any) -> bool:
        """Whether a bare column of the table adds no table of its own to the SELECT."""
        if self.anything or table in self.tables:
            return True
        return self.outer is not None and self._shares(table) and self.outer.covers(table)

    def _shares(self, table: Any) -> bool:
        """Whether the SELECT takes the table from the one around it."""
        if self.statement is None:
            return False
        chosen, excepted = self.statement._correlate, self.statement._correlate_except
        if excepted is not None:
            return all(table is not one and table is not one._deannotate() for one in excepted)
        if chosen:
            return any(table is one or table is one._deannotate() for one in chosen)
        return bool(self.tables) and bool(self.statement._auto_correlate)


class _Walk:
    """One pass over a statement, each SELECT in its own scope."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.stars: set[int] = set()
        self.seen: set[tuple[int, int]] = set()
        self.alive: list[Any] = []
        """Keeps what was seen in memory, so that no number in ``seen`` is given twice."""

    def visit(self, element: Any, scope: _Scope) -> None:
        """Check an element and all below it."""
        if (id(element), id(scope)) in self.seen:
            return
        self.seen.add((id(element), id(scope)))
        self.alive.append((element, scope))
        if isinstance(element, AliasedReturnsRows) and not isinstance(element, Lateral):
            scope = _Scope()  # what stands in FROM takes nothing from the SELECT around it
        elif isinstance(element, Select):
            scope = self._enter(element, scope)
        self._check(element, scope)
        for child in element.get_children():
            if not isinstance(child, Table):
                self.visit(child, scope)

    def _enter(self, statement: Select[Any], outer: _Scope) -> _Scope:
        if statement._prefixes or statement._suffixes or statement._hints or statement._statement_hints:
            raise StatementRefused(AFFIX)
        scope = _Scope(outer)
        self.alive.append(scope)
        scope.statement = statement
        joined = [join[0] for join in statement._setup_joins]
        sources = (*statement._raw_columns, *statement._from_obj, *joined)
        for part in (*sources, *statement._where_criteria):
            for found in _surface(part) if isinstance(part, ColumnElement) else (part,):
                entity = _entity_of(found)
                if entity is not None:
                    scope.tables.add(entity.selectable)
                    scope.tables.add(entity.selectable._deannotate())
        for source in sources:
            _check_source(source, self.plan)
        for part in statement._raw_columns:
            if isinstance(part, AliasedReturnsRows) and "parententity" not in part._annotations:
                for column in part.c:
                    _check_hidden(column, self.plan)
        return scope

    def _check(self, element: Any, scope: _Scope) -> None:
        if isinstance(element, Column):
            _check_hidden(element, self.plan)
            if "parententity" not in element._annotations and not scope.covers(element.table):
                _check_source(element.table, self.plan)
        elif isinstance(element, ColumnClause):
            self._check_named(element)
        elif isinstance(element, TextClause | TableValuedColumn):
            raise StatementRefused(RAW)
        elif isinstance(element, UpdateBase):
            raise StatementRefused(WRITING)
        elif isinstance(element, _textual_label_reference):
            _check_name(str(element.element), self.plan)
        elif isinstance(element, FunctionElement):
            _check_function(element, self.stars)
        elif isinstance(element, Exists):
            self.stars.update(_stars_of(element))
        elif isinstance(element, TableClause | TableSample):
            raise StatementRefused(f"table {element.name}")
        _check_operator(element)

    def _check_named(self, element: ColumnClause[Any]) -> None:
        """A column that is only a name: of a subquery, the star of count(*), a number, or raw text."""
        if element.table is not None:
            _check_hidden(element, self.plan)
        elif not (element.name == "*" and id(element) in self.stars) and not _literal_number(element):
            raise StatementRefused(f"column {element.name}")


def _entity_of(part: Any) -> Any:
    """The model, or the alias of one, that a part of a statement stands for or a link leads to."""
    if isinstance(part, QueryableAttribute) and isinstance(part.property, RelationshipProperty):
        return part.comparator.entity  # type: ignore[attr-defined]  # a relationship's has it
    return getattr(part, "_annotations", {}).get("parententity")


def _surface(part: Any) -> Iterator[Any]:
    """The parts of an expression outside of its subqueries, as SQLAlchemy looks at them to add rules."""
    yield from surface_expressions(part)  # type: ignore[no-untyped-call]  # SQLAlchemy's own has no types


def _check_hidden(column: ColumnClause[Any], plan: Plan) -> None:
    for source in column.proxy_set:
        group = plan.hidden_columns.get(source)  # type: ignore[call-overload]  # not every source is a Column
        if group is not None:
            about = source.info.get("about")
            raise FieldRefused(plan.access, group, str(about.label or source.key))


def _check_name(name: str, plan: Plan) -> None:
    """A name given as text to order_by or group_by is looked up among all columns."""
    for word in re.findall(r"\w+", name):
        if word in plan.hidden_names:
            raise FieldRefused(plan.access, plan.hidden_names[word], word)


def _check_source(source: Any, plan: Plan) -> None:
    """A table that stands for itself, not for its model, would come without the model's rules."""
    if "parententity" in getattr(source, "_annotations", ()):
        return
    if isinstance(source, Join):
        _check_source(source.left, plan)
        _check_source(source.right, plan)
    elif isinstance(source, AliasedReturnsRows):
        _check_source(source.element, plan)
    elif isinstance(source, Table) and source not in plan.shapes.association_tables:
        name = plan.shapes.by_table.get(source)
        if name is None or not plan.models[name].open:
            raise StatementRefused(f"table {source}")


def _check_function(function: FunctionElement[Any], stars: set[int]) -> None:
    name = str(getattr(function, "name", "")).lower()
    if _SERVER_FUNCTION.match(name):
        raise StatementRefused(f"function {name}")
    if name == "count":
        stars.update(id(part) for part in visitors.iterate(function) if isinstance(part, ColumnClause))


def _stars_of(exists: Exists) -> Iterator[int]:
    for part in visitors.iterate(exists):
        if isinstance(part, Select):
            yield from (id(column) for column in part._raw_columns)


def _literal_number(element: ColumnClause[Any]) -> bool:
    return bool(element.is_literal and element.name.isdigit())


def _check_operator(element: Any) -> None:
    for name in ("operator", "modifier"):
        operator = getattr(element, name, None)
        if isinstance(operator, operators.custom_op) and not _OPERATOR.fullmatch(operator.opstring):
            raise StatementRefused(f"operator {operator.opstring}")
    if isinstance(element, Extract) and not element.field.isidentifier():
        raise StatementRefused(EXTRACT)
