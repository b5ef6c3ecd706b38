from tests.integration.conftest import database_url

__all__ = ["database_url"]
