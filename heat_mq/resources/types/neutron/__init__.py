"""Resource types of OS::Neutron."""
