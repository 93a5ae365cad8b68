"""What one process serves with: the platform, the templates, the assets. Made once by the app factory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from jinja2 import Environment

    from core.platform import Platform
    from core.web.assets import Assets


@dataclass(frozen=True, slots=True)
class Site:
    """Shared by every request of the process; nothing in it changes after the start."""

    platform: Platform
    templates: Environment
    assets: Assets
    executor: Executor
    trusted_proxies: frozenset[str] = frozenset()
    """Addresses whose X-Forwarded-* headers are believed."""
    debug: bool = False
