"""What Settings > Apps shows about base."""

from __future__ import annotations

from core.api import Manifest, _

manifest = Manifest(
    name="base",
    version="0.1.0",
    category="Base",
    depends=(),
    title=_("Contacts"),
    summary=_("People, organisations, activities, files and one timeline that every other app writes to."),
    icon="users",
)
