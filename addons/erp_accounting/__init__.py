"""The ledger: accounts, entries, invoices, payments and their statements."""
