"""What the browser loads: one style sheet, one script, one sprite, fonts. Named by content, compressed once."""

from core.web.assets.store import Asset, Assets, build

__all__ = ["Asset", "Assets", "build"]
