"""What France asks of the books: rules and files."""
