"""Serves the RPC contract.

Commands change stacks, queries look at them. Knows everything below, decides nothing twice.
"""
