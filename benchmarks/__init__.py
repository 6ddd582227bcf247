"""Benchmarks: seeded workloads with planted conflicts, bare kernels, peers, and Parley, on the same data."""
