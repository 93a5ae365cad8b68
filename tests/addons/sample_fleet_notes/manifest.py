"""Card of the second sample addon."""

from core.api import Manifest

manifest = Manifest(
    name="sample_fleet_notes", version="1.0.0", summary="Remarks on vehicles.", author="Tests"
)
