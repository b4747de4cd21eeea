"""Benchmarks of the hot paths: `make bench` prints one table."""
