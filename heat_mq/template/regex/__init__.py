"""Regular expressions of a template's author: Python's own, refused before they can hang the process."""

from heat_mq.template.regex.pattern import Pattern, TooMuchBacktracking, budget, compile_pattern

__all__ = ["Pattern", "TooMuchBacktracking", "budget", "compile_pattern"]
