"""Pages that no declared view can draw."""
