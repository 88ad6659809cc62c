"""People and companies on LinkedIn: from public pages as far as its rules allow, and what users bring."""
