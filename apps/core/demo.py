"""Demo rows: each app declares its own in its module `demo`, and the command asks all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from apps.core.discovery import autodiscover
from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User

#: `seed(seed=, people=, now=)` adds rows up to `now` and says how many; the same input gives the same rows.
#: Where there are rows already, it adds none. `people` are the demo users by log-in name.
Seeder = Callable[..., int]
seeders: Registry[Seeder] = Registry("demo rows")


def demo_rows(what: str) -> Callable[[Seeder], Seeder]:
    """Declare a function that adds demo rows; `what` is what they are, in the plural."""

    def register(seed: Seeder) -> Seeder:
        seeders.register(what, seed)
        return seed

    return register


def seed_apps(*, seed: int, people: Mapping[str, User], now: datetime) -> dict[str, int]:
    """The demo rows of all apps that declare some; how many, by what they are."""
    autodiscover("demo")
    return {what: seeders._items[what](seed=seed, people=people, now=now) for what in sorted(seeders._items)}
