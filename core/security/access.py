"""What a user may do, from the roles held."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.registry.compose import Registry


class Access:
    """Everything, until roles are composed."""

    everything = True


def access_of(registry: Registry, held: frozenset[str], *, everything: bool) -> Access:
    """The access of a set of roles."""
    return Access()
