"""Printed documents: Typst templates in the addons, PDF/A-3b with attachments."""

from __future__ import annotations

from core.reports.declare import Enclosure, Report
from core.reports.render import Pdf, render

__all__ = ["Enclosure", "Pdf", "Report", "render"]
