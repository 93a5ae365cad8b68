"""Card of the addon that needs the fleet."""

from core.api import Manifest

manifest = Manifest(
    name="sample_rental",
    version="1.0.0",
    title="Rental",
    summary="Lend vehicles to customers.",
    category="Other",
    depends=("sample_fleet",),
    icon="key",
    author="Tests",
)
