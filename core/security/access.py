"""What a user may do, from the roles held."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.registry.compose import Registry


class Access:
    """Everything, until roles are composed."""

    everything = True

    def allows(self, model: object, operation: str) -> bool:
        """Whether at least some rows may be touched so."""
        return self.everything

    def shows(self, group: str) -> bool:
        """Whether fields of this group are visible."""
        return self.everything


def access_of(registry: Registry, held: frozenset[str], *, everything: bool) -> Access:
    """The access of a set of roles."""
    return Access()
