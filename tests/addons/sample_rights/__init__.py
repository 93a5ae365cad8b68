"""Roles on the sample shop, for tests about what a person may not do."""
