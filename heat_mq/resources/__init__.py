"""Resource types and the kit they are made of."""
