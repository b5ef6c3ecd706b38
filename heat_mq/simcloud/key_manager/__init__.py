"""Barbican: secrets."""
