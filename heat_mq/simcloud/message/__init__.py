"""Zaqar: queues, messages, claims."""
