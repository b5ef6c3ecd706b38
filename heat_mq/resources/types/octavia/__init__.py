"""Resource types of OS::Octavia."""
