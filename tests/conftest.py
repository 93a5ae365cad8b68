"""Fixtures of every test."""

pytest_plugins = ["core.testing.plugin", "tests.webhooks.receiver"]
