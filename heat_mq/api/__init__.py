"""The REST API: authenticates, authorizes, checks shapes and asks the engine. It knows no database and no cloud."""
