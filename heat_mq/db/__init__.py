"""The shared state: tables, statements and sessions. No ORM object leaves this package."""
