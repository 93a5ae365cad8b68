"""Who sees on the side of the CRM what the books say of a customer."""

AMOUNTS = "bridge_crm_erp.amounts"
"""The field group of amounts that come from an ERP: a salesperson without rights in the books sees the status
of an invoice or a customer, not the amounts."""
