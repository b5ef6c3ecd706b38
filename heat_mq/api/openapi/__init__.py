"""The REST API described in OpenAPI: made of its routes, policies, views and the types of what crosses RPC."""
