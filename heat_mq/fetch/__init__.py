"""Templates that a user names by URL, fetched within limits of size, time and hosts."""

from heat_mq.fetch.fetcher import Fetcher, NotFetched

__all__ = ["Fetcher", "NotFetched"]
