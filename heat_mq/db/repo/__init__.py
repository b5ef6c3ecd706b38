"""Statements, one file per noun: ``verb_noun(connection, …)``. The caller owns the transaction."""
