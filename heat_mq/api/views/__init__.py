"""What answers look like: the engine's maps turned into those of Heat's REST API."""
