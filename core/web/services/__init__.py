"""What core's pages do."""
