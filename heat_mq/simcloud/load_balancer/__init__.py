"""The simulated Octavia."""
