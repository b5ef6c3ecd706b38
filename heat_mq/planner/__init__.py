"""Wanted definitions and stored state in, a plan out. Pure: no database, no cloud."""
