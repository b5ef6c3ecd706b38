"""What both APIs stand on: WSGI layers, bodies, templates from URLs. Nothing here knows the form of an answer."""
