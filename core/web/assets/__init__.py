"""What the browser loads: one style sheet, one script, one sprite, fonts; named by content."""

from core.web.assets.store import Asset, Assets, build

__all__ = ["Asset", "Assets", "build"]
