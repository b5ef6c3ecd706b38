"""What groups of resources have in common: batches, sizes, cooldown, and how members are told apart.

Below the types, above the kit.
"""
