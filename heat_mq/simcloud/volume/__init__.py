"""Cinder v3: volumes and their attachments, snapshots, backups, types, limits."""
