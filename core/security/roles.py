"""What addons declare about permissions: roles, and the grants and field groups they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from core.errors import AddonError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement

    from core.env import Env
    from core.orm.model import Model

Where = Callable[["Env", Any], "ColumnElement[bool]"]
"""Given the env and the composed class, the criterion a row must satisfy."""

OPERATIONS: Final = {"c": "create", "r": "read", "u": "update", "d": "delete"}

ADMIN: Final = "base.admin"
"""The role that holds everything, in every addon."""

USER: Final = "base.user"
"""The ground role: every person who signs in holds it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Letters of ``operations``: c create, r read, u update, d delete.

    ``where`` receives the env and the composed model and returns a criterion; without it the grant is
    unrestricted. The grants of all roles of a user are joined by OR for each operation; isolation by company
    always comes on top, by AND. A changed row must satisfy the criterion before and after the change.
    """

    model: type[Model]
    operations: str = "r"
    where: Where | None = None

    def __post_init__(self) -> None:
        unknown = sorted(set(self.operations) - set(OPERATIONS))
        if unknown or not self.operations:
            message = f"A grant on '{self.model.model_name}' names the operations '{self.operations}'."
            raise AddonError(message, hint="Use the letters c, r, u and d.")


@dataclass(frozen=True, slots=True)
class Role:
    """A set of permissions an administrator gives to users, named ``<addon>.<name>``.

    Declaring a role of another addon by the same name adds to it: the first declaration keeps its label.
    """

    name: str
    label: str = ""
    implies: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    field_groups: tuple[str, ...] = ()
    everything: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if "." not in self.name:
            message = f"The role '{self.name}' has no addon in its name."
            raise AddonError(message, hint=f"Call it '<addon>.{self.name}'.")

    def joined_with(self, other: Role) -> Role:
        """Both declarations of one role, as one."""
        return replace(
            self,
            label=self.label or other.label,
            implies=tuple(dict.fromkeys((*self.implies, *other.implies))),
            grants=(*self.grants, *other.grants),
            field_groups=tuple(dict.fromkeys((*self.field_groups, *other.field_groups))),
            everything=self.everything or other.everything,
        )


def merge_roles(declared: Iterable[Role], service_managed: frozenset[str] = frozenset()) -> dict[str, Role]:
    """All declarations by name. Raise AddonError when a role implies one that nobody declared, or grants
    writing a model that only services write."""
    roles: dict[str, Role] = {}
    for role in declared:
        known = roles.get(role.name)
        roles[role.name] = role if known is None else known.joined_with(role)
    for role in roles.values():
        if any(grant.model.model_name == "core.audit" for grant in role.grants):
            message = f"The role '{role.name}' grants the audit trail, which shows every field."
            raise AddonError(message, hint="Administrators read it; a record's own history is changes_of().")
        for grant in role.grants:
            if grant.model.model_name in service_managed and set(grant.operations) - {"r"}:
                message = f"The role '{role.name}' grants writing '{grant.model.model_name}'."
                raise AddonError(message, hint="Only services write it: grant 'r', and offer a named action.")
        for implied in role.implies:
            if implied not in roles:
                message = f"The role '{role.name}' implies '{implied}', which no enabled addon declares."
                raise AddonError(message, hint="Check the name, and the dependencies in the manifest.")
    return roles


def close_over(roles: Mapping[str, Role], held: Iterable[str]) -> frozenset[str]:
    """The roles held and all they imply. Names of disabled addons are passed over in silence."""
    found: set[str] = set()
    waiting = [name for name in held if name in roles]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(roles[name].implies)
    return frozenset(found)
