"""What crm_sales prints."""

from addons.crm_sales.reports.documents import REPORTS

__all__ = ["REPORTS"]
