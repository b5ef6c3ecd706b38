"""Counts what a process of heat_mq sends to its database and its broker, where the driver writes to the wire.

``python -m benchmarks.probe PROGRAM ARGUMENTS`` runs a program with it; ``tally.read`` gives the counts at any time.
"""
