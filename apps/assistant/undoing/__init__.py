"""Putting back what a run changed: row by row, from the journal, and only what nobody touched since."""
