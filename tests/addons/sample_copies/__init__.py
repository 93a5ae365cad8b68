"""An addon with a column on every model that is copied, for the platform's own tests."""
