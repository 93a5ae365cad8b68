"""What the Bridge page reads."""
