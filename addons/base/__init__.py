"""Companies, parties, addresses, currencies, tags, timeline, activities and files: the shared ground."""
