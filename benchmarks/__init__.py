"""Measurements of the platform against its own parts. `make bench` runs them on services of their own."""
