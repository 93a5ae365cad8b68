"""What base can do: parties and their merging, timeline, activities, files, currencies."""
