"""Benchmarks of Letters Desk on this machine: ``python -m tests.bench``."""
