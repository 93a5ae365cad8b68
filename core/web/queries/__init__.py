"""What core's pages read."""
