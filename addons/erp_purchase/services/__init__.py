"""What can be done with vendors' prices and purchase orders."""
