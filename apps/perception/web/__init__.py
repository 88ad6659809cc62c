"""Pages of the web in, texts and facts out: fetched safely and politely, kept as rows."""
