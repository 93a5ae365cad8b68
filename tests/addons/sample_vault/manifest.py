"""An addon whose rows and fields are worth hiding."""

from core.api import Manifest

manifest = Manifest(name="sample_vault", version="0.1.0", summary="Keep deals apart.")
