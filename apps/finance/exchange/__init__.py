"""Entries to and from files, in the back office."""
