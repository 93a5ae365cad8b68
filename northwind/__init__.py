"""The Northwind trader: real customers, products and 830 orders, from import to the ledger: ``./dev northwind``."""
