"""Resource types of OS::Zaqar."""
