"""What French files say of the books. Nothing here writes."""
