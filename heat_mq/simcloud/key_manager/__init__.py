"""Barbican: secrets, containers, orders."""
