"""The REST interface: one dispatcher for every model, under the same rights and rules as the screens."""
