"""Benchmarks: they print ratios taken in one run and assert nothing."""
