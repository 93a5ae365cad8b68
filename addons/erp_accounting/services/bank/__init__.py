"""Bank statements: read files, import them, propose what their lines pay, match and undo."""
