"""From one question to one whole answer, whatever happens on the way. No database here."""
