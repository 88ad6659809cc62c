"""The outbox: what is to leave the house is written first, and sent afterwards, once."""
