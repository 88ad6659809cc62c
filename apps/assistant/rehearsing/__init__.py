"""Playing runs through without effect: dry runs, replays, and the rows that a run changes."""
