"""The Bridge page."""
