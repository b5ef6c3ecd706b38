"""OS::Barbican::*: secrets, and what keeps and makes them."""
