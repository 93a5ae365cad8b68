"""Decide simple criteria on values in memory, so that most written rows need no query to be checked.

What cannot be decided here, a subquery for example, is left to the database: the answer is then UNDECIDED.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    False_,
    Grouping,
    Null,
    True_,
    UnaryExpression,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


class Answer(Enum):
    """SQL's three truth values, and the case that only the database can tell."""

    YES = "yes"
    NO = "no"
    NULL = "null"
    UNDECIDED = "undecided"


Values = Callable[[Column[Any]], Any]
"""The value of a column in the row; raises LookupError when it is not in memory."""

_COMPARE: Final[dict[Any, Callable[[Any, Any], Any]]] = {
    operators.eq: operator.eq,
    operators.ne: operator.ne,
    operators.lt: operator.lt,
    operators.le: operator.le,
    operators.gt: operator.gt,
    operators.ge: operator.ge,
}


def decide(criterion: ColumnElement[bool], values: Values) -> Answer:
    """Whether a row satisfies a criterion, by SQL's own logic of NULL."""
    part: Any = criterion
    if isinstance(part, Grouping):
        inner: Any = part.element
        return decide(inner, values)
    if isinstance(part, True_ | False_):
        return Answer.YES if isinstance(part, True_) else Answer.NO
    if isinstance(part, BooleanClauseList):
        return _join(part, values)
    if isinstance(part, UnaryExpression) and part.operator is operators.inv:
        return _not(decide(part.element, values))
    if isinstance(part, BinaryExpression):
        return _compare(part, values)
    return Answer.UNDECIDED


def _join(part: BooleanClauseList, values: Values) -> Answer:
    is_or = part.operator is operators.or_
    if not is_or and part.operator is not operators.and_:
        return Answer.UNDECIDED
    settles, otherwise = (Answer.YES, Answer.NO) if is_or else (Answer.NO, Answer.YES)
    answers = set()
    for clause in part.clauses:
        inner: Any = clause
        answer = decide(inner, values)
        if answer is settles:
            return settles
        answers.add(answer)
    if Answer.UNDECIDED in answers:
        return Answer.UNDECIDED
    return Answer.NULL if Answer.NULL in answers else otherwise


def _not(answer: Answer) -> Answer:
    return {Answer.YES: Answer.NO, Answer.NO: Answer.YES}.get(answer, answer)


def _compare(part: BinaryExpression[Any], values: Values) -> Answer:
    try:
        left, right = _value(part.left, values), _value(part.right, values)
    except LookupError:
        return Answer.UNDECIDED
    if part.operator in (operators.is_, operators.is_not):
        if right not in (None, True, False):
            return Answer.UNDECIDED
        return _truth((left is right) is (part.operator is operators.is_))
    if left is None or right is None:
        return Answer.NULL
    if part.operator is operators.in_op:
        return _truth(left in right) if None not in right else Answer.UNDECIDED
    compare = _COMPARE.get(part.operator)
    if compare is None or (isinstance(left, str) and compare not in (operator.eq, operator.ne)):
        return Answer.UNDECIDED  # the database's collation decides about the order of texts
    try:
        return _truth(bool(compare(left, right)))
    except TypeError:
        return Answer.UNDECIDED


def _truth(value: bool) -> Answer:
    return Answer.YES if value else Answer.NO


def _value(part: Any, values: Values) -> Any:
    if isinstance(part, Column):
        return values(part)
    if isinstance(part, BindParameter):
        return part.effective_value
    if isinstance(part, Null):
        return None
    if isinstance(part, True_ | False_):
        return isinstance(part, True_)
    if isinstance(part, Grouping):
        return _value(part.element, values)
    raise LookupError
