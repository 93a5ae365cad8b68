"""What one access means for each model of a registry; shared by all Envs that have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.security import following
from core.security.companies import companies_of
from core.security.refusals import OperationRefused
from core.security.shapes import Shape, shapes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Mapper

    from core.registry.compose import Registry
    from core.security.access import Access
    from core.security.roles import Where


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """One model under one access. A condition of None means: not granted."""

    shape: Shape
    conditions: dict[str, tuple[Where, ...] | None]
    hidden: dict[str, str]
    """Attribute -> group, of those that stay out of sight."""
    mine: tuple[Where, ...]
    """By what a row that hangs on another record is the reader's own; any of them."""
    by_company: bool
    """Every row of the reader's companies is visible: each is of one, and nothing else decides."""
    open: bool
    """Every row is visible: nothing needs to be added to a SELECT, and references need no check."""

    def restricted(self, operation: str) -> bool:
        """Whether an operation that is granted has a condition beside the company of the row."""
        return bool(self.conditions[operation]) or self.shape.of_companies


class Plan:
    """The plans of all models, and what may stand in a statement."""

    def __init__(self, registry: Registry, access: Access) -> None:
        self.access = access
        self.shapes = shapes_of(registry)
        self.companies = companies_of(registry)
        self.models = {name: self._model(shape) for name, shape in self.shapes.by_name.items()}
        self.by_mapper: dict[Mapper[Any], ModelPlan] = {
            mapper: self.models[shape.name] for mapper, shape in self.shapes.by_mapper.items()
        }
        self.hidden_properties = frozenset(
            prop for prop, group in self.shapes.properties.items() if not access.shows(group)
        )
        self.hidden_columns = {
            column: group for column, group in self.shapes.grouped_columns.items() if not access.shows(group)
        }
        self.hidden_names = {column.key: group for column, group in self.hidden_columns.items()}
        self.followed = tuple(
            plan
            for _, plan in sorted(self.models.items())
            if plan.conditions["r"] is not None and plan.shape.followable
        )
        """What rows may hang on, as far as it may be read."""
        self.closed = tuple((mapper, plan) for mapper, plan in self.by_mapper.items() if not plan.open)

    def _model(self, shape: Shape) -> ModelPlan:
        conditions = {operation: self.access.conditions(shape.name, operation) for operation in "crud"}
        hidden = {key: group for key, group in shape.groups.items() if not self.access.shows(group)}
        mine = following.whose(shape.follows) if shape.follows else ()
        return ModelPlan(shape, conditions, hidden, mine, self._is_by_company(shape), self._is_open(shape))

    def _is_by_company(self, shape: Shape) -> bool:
        return (
            self.access.conditions(shape.name, "r") == ()
            and shape.company_owned
            and not (shape.of_workspace or shape.of_current or shape.follows)
            and all(self._is_open(self.shapes.by_name[owner]) for _, owner in self._foreign_owners(shape))
        )

    def _is_open(self, shape: Shape) -> bool:
        return (
            self.access.conditions(shape.name, "r") == ()
            and not shape.company_owned
            and (shape.follows is None or self.access.everything)
            and not shape.of_companies
            and not self.companies.joined(shape)
            and all(self._is_open(self.shapes.by_name[owner]) for _, owner in self._foreign_owners(shape))
        )

    def _foreign_owners(self, shape: Shape) -> Iterator[tuple[str, str]]:
        """Owners other than the model itself: a tree of owned rows ends in another document."""
        return ((key, owner) for key, owner in shape.owners if owner != shape.name)

    def owners(self, shape: Shape) -> tuple[tuple[str, ModelPlan], ...]:
        """The documents whose visibility decides about these rows."""
        found = ((key, self.models[owner]) for key, owner in self._foreign_owners(shape))
        return tuple((key, plan) for key, plan in found if not plan.open)

    def through(self, owner: ModelPlan, operation: str) -> str:
        """What one must be allowed to do with a document for an operation on its lines.

        To change a line is to change the document, for those who may change documents at all.
        """
        if operation == "r":
            return "r"
        return next((letter for letter in "uc" if owner.conditions[letter] is not None), "r")

    def require(self, plan: ModelPlan, operation: str) -> tuple[Where, ...]:
        """The conditions of an operation, or OperationRefused."""
        conditions = plan.conditions[operation]
        if conditions is None:
            raise OperationRefused(self.access, plan.shape.cls, operation)
        return conditions


def plan_of(registry: Registry, access: Access) -> Plan:
    """The plan of an access, made at its first use."""
    return registry.memo(("security.plan", access), lambda composed: Plan(composed, access))
