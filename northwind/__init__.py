"""The Northwind trader, from the import of its files to the ledger: `./dev northwind`."""
