"""OS::Swift::*: containers of objects."""
