"""Card of the sample addon."""

from core.api import Manifest

manifest = Manifest(
    name="sample_fleet",
    version="1.0.0",
    title="Fleet",
    summary="Vehicles and who drives them.",
    category="Other",
    icon="car",
    author="Tests",
)
