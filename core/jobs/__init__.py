"""See core/README.md for the reading order."""
