"""An addon of wires, for the platform's own tests."""
