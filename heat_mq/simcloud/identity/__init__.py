"""Keystone v3: who may do what, tokens, trusts, credentials and the catalog."""
