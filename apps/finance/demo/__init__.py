"""Two years of a small ledger."""
