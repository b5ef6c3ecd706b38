"""Resource types of OS::Cinder."""
