"""How passages are found: by words, by meaning, by both; and when nothing is good enough."""
