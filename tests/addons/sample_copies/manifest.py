"""Card of the sample addon."""

from core.api import Manifest

manifest = Manifest(
    name="sample_copies",
    version="1.0.0",
    summary="Columns on documents that are copied.",
    author="Tests",
    depends=("crm_sales", "erp_accounting", "erp_stock"),
)
