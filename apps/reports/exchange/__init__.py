"""Rows of the back office to and from files: CSV and Excel, with a preview and the same safety for all."""
