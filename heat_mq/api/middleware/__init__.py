"""WSGI layers around the application; their order is in :mod:`heat_mq.api.app`."""
