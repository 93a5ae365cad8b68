"""What one process serves with: the platform, the templates, the assets. Made once by the app factory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

    from core.platform import Platform
    from core.web.assets import Assets
    from core.web.gate import Gate


@dataclass(frozen=True, slots=True)
class Site:
    """Shared by every request of the process; nothing in it changes after the start."""

    platform: Platform
    templates: Environment
    assets: Assets
    gate: Gate
    trusted_proxies: frozenset[str] = frozenset()
    """Addresses whose X-Forwarded-* headers are believed."""
    debug: bool = False
