"""Glance v2: images, their data, tags and members."""
