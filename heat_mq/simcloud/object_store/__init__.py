"""Swift: containers, objects, temporary URLs."""
