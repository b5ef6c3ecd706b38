"""Resource types of AWS."""
