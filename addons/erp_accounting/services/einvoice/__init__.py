"""Electronic invoices after EN 16931: Factur-X and UBL out, Factur-X, CII and UBL in."""
