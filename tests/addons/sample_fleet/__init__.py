"""A tiny addon for the platform's own tests."""
