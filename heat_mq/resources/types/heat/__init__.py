"""Resource types of OS::Heat."""
