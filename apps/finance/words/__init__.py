"""Entries that people say in a sentence: how much, what for, when, to whom."""
