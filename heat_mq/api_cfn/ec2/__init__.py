"""Requests signed with an EC2 key pair: what they claim, and Keystone's word on it."""
