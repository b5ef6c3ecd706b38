"""The traversal store: work in the database, claimed by leases, settled by fences.

Order of locks in every transaction: stack, then nodes by key, then resources, then the traversal.
"""
