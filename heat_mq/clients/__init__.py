"""Thin adapters over openstacksdk: JSON in and out, errors of our own, connections shared between steps.

:class:`~heat_mq.clients.session.Clouds` gives a :class:`~heat_mq.clients.cloud.Cloud` for a credential.
"""
