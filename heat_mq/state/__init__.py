"""What is known of a stack while it is worked on: shared by those who run its nodes and those who show it."""
