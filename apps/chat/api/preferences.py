"""`Prefer: wait=N` (RFC 7240): the client would rather have the finished answer than a receipt."""

from __future__ import annotations

import re

LONGEST_WAIT = 60
WAIT = re.compile(r'^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$', re.IGNORECASE)


def preferred_wait(header: str) -> int:
    """Seconds the client is ready to wait, at most 60; 0 without a usable preference.

    An invalid preference is ignored, as the RFC wants.
    """
    for preference in header.split(","):
        if match := WAIT.match(preference):
            return min(int(match.group(1)), LONGEST_WAIT)
    return 0
