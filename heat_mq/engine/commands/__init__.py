"""One use case in each file, read from top to bottom."""
