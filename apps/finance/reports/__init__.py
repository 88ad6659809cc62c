"""What the ledger says: profit and loss, the money that moved, and the key figures of finance."""
