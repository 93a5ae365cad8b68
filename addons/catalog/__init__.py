"""Products, categories, units, taxes and price lists: what is sold and bought, and for how much."""
