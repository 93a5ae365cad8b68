"""What one set of roles may do, composed once per registry and set and shared by everyone who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.orm.exposure import service_managed
from core.orm.sorting import people_order
from core.security.models.user import SECRET
from core.security.roles import Where, close_over, merge_roles

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from core.env import Env
    from core.orm.model import Model
    from core.registry.compose import Registry
    from core.security.roles import Role

UNRESTRICTED: Final[tuple[Where, ...]] = ()


class Access:
    """The answers are the same for every company and user that hold these roles.

    ``system`` is the platform itself: no rule applies. ``everything`` is an administrator: all grants and
    field groups, but isolation by company applies and secrets stay hidden.
    """

    def __init__(
        self,
        roles: Mapping[str, Role],
        held: Iterable[str],
        *,
        system: bool = False,
        service_managed: frozenset[str] = frozenset(),
        models: Container[str] | None = None,
        absent: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """``models``: those of the apps in use, None for all; ``absent``: model to attributes of others."""
        self.declared = roles
        self.models = models
        self.absent = absent or {}
        self.system = system
        self.service_managed = service_managed
        """Models that only services write: holding everything does not include writing them."""
        self.roles = close_over(roles, held)
        holding = [roles[name] for name in sorted(self.roles)]
        self.everything = system or any(role.everything for role in holding)
        self.field_groups = frozenset(group for role in holding for group in role.field_groups)
        self._conditions: dict[tuple[str, str], tuple[Where, ...]] = {}
        for role in holding:
            for grant in role.grants:
                for operation in grant.operations:
                    self._add(grant.model.model_name, operation, grant.where)

    def _add(self, model: str, operation: str, where: Where | None) -> None:
        """One grant without a condition makes all other conditions pointless."""
        known = self._conditions.get((model, operation))
        if where is None or known == UNRESTRICTED:
            self._conditions[model, operation] = UNRESTRICTED
        else:
            self._conditions[model, operation] = (*(known or ()), where)

    def conditions(self, model: str, operation: str) -> tuple[Where, ...] | None:
        """None when not granted at all, empty when unrestricted, else criteria to be joined by OR."""
        if self.models is not None and not self.system and model not in self.models:
            return None
        if self.everything and (self.system or operation == "r" or model not in self.service_managed):
            return UNRESTRICTED
        return self._conditions.get((model, operation))

    def allows(self, model: type[Model] | str, operation: str) -> bool:
        """Whether at least some rows may be created (c), read (r), updated (u) or deleted (d)."""
        name = model if isinstance(model, str) else model.model_name
        return self.conditions(name, operation) is not None

    def shows(self, group: str) -> bool:
        """Whether the fields of a group are visible; fields without a group are visible to all."""
        if not group or self.system:
            return True
        return group != SECRET and (self.everything or group in self.field_groups)

    def shows_field(self, model: type[Model], name: str) -> bool:
        """Whether an attribute of a composed model is visible; columns without a group and links are, but for
        those of an app that is not in use."""
        if self.is_absent(model, name):
            return False
        column = model.__table__.columns.get(name)  # type: ignore[attr-defined]  # composed models have a table
        about = None if column is None else column.info.get("about")
        return about is None or self.shows(about.group)

    def is_absent(self, model: type[Model], name: str) -> bool:
        """Whether an attribute is of an app that is not in use: no screen, file or program sees it."""
        return bool(self.absent) and name in self.absent.get(model.model_name, ())

    def granting(self, model: str, operation: str) -> tuple[Role, ...]:
        """The roles that would allow it, by label: who can help."""
        found = [
            role
            for role in self.declared.values()
            if any(grant.model.model_name == model and operation in grant.operations for grant in role.grants)
        ]
        return tuple(sorted(found, key=lambda role: people_order(str(role.label))))

    def showing(self, group: str) -> tuple[Role, ...]:
        """The roles that make a field group visible, by label."""
        found = [role for role in self.declared.values() if group in role.field_groups]
        return tuple(sorted(found, key=lambda role: people_order(str(role.label))))


def roles_of(registry: Registry) -> dict[str, Role]:
    """All roles that the enabled addons declare, by name."""
    return registry.memo(
        "security.roles",
        lambda composed: merge_roles(
            (role for _unit, role in composed.declared("declare_roles")),
            service_managed(composed.models.values()),
        ),
    )


def access_of(registry: Registry, held: frozenset[str], *, everything: bool) -> Access:
    """The access of a set of roles; with ``everything`` the platform's own."""
    return registry.memo(
        ("security.access", held, everything),
        lambda composed: Access(
            roles_of(composed),
            held,
            system=everything,
            service_managed=service_managed(composed.models.values()),
            models=None if composed is composed.whole else frozenset(composed.models),
            absent=composed.absent,
        ),
    )


def access_in(registry: Registry, env: Env) -> Access:
    """The access of whoever an Env is of, with what another company uses."""
    if registry is env.registry:
        return env.access
    system = env.access.system
    return access_of(registry, frozenset() if system else env.user.roles, everything=system)
