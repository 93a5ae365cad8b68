"""What catalog can do: convert units, compute taxes, find prices."""
