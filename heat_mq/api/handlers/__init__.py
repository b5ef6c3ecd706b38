"""One function for each operation: read the request, ask the engine, shape the answer."""
