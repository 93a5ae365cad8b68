"""Everything is in the wire."""
