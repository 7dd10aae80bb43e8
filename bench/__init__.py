"""What a request costs: `make bench`. See docs/benchmarks.md for how to read it."""
