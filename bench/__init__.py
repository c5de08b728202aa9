"""Benchmarks on third-party data beside the project. Nothing of that data is part of it."""
