"""French pages that no declared view can draw."""

from addons.l10n_fr.web.fec import ROUTES

__all__ = ["ROUTES"]
