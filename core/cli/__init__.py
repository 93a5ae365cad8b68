"""The ``passerelle`` command. Each command is thin: it calls the service that screens and tests call too."""

from __future__ import annotations

from core.cli.main import main

__all__ = ["main"]
