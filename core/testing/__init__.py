"""Fixtures for tests of the platform and of partners' addons; real PostgreSQL, never a mock of our own
code."""
