"""How often a door may be knocked at."""

from __future__ import annotations

from django.core.cache import cache

from apps.core.errors import RateLimited


def count_knock(door: str, who: str, *, limit: int, seconds: int) -> None:
    """Count one knock of `who` at a door. Raises `RateLimited` above `limit` within `seconds`."""
    key = f"knocks:{door}:{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        knocks = cache.incr(key)
    except ValueError:
        # The window ended between the two: this is the first of the next.
        knocks = 1
    if knocks > limit:
        raise RateLimited("Too many attempts. Please wait a minute and try again.")
