"""Opportunities, quotes and sales orders: the commercial side, from the first contact to the order."""
