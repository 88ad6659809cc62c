"""Answers as files. Every format is made of the same answer, so all of them hold the same numbers."""
