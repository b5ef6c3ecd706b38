"""Resource types of OS::Nova."""
