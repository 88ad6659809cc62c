"""PostgreSQL and Redis for one or more commands at a time: shared while anybody uses them.

Every user holds the `users` lock together with the others; the last to leave stops the servers. For users
that are killed, a sentinel process waits to hold the lock alone: then nobody is left, and it stops them. Who
comes meanwhile waits for that, and starts them anew.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import credentials, locks
from deploy.local.console import LauncherError
from deploy.local.daemons import Daemon
from deploy.local.place import REPOSITORY, Place
from deploy.local.postgres import Postgres
from deploy.local.redis_server import RedisServer


@dataclass(frozen=True)
class Services:
    """The servers of one instance; an address given in the environment replaces ours."""

    place: Place
    daemons: tuple[Daemon, ...]
    #: What the application finds in its environment besides the addresses of `daemons`.
    given: Mapping[str, str]

    @classmethod
    def of(cls, place: Place, environment: Mapping[str, str], *, durable: bool = True) -> Services:
        """The servers for this environment; nothing is started yet.

        Without `durable` they are fast and forget everything in a crash of the machine: for tests.
        """
        with locks.exclusive(place.run / "start.lock"):
            secrets = credentials.load(place.data)
        given = {name: environment[name] for name in ("DATABASE_URL", "REDIS_URL") if name in environment}
        given["SECRET_KEY"] = environment.get("SECRET_KEY", secrets.secret_key)
        given["DJANGO_SETTINGS_MODULE"] = "mezzofy.settings.local"
        given["MEZZOFY_DATA_DIR"] = str(place.data)
        daemons: list[Daemon] = []
        if "DATABASE_URL" not in given:
            daemons.append(Postgres(place.data / "postgres", credentials=secrets, durable=durable))
        if "REDIS_URL" not in given:
            daemons.append(RedisServer(place.data / "redis", password=secrets.redis, durable=durable))
        return cls(place, tuple(daemons), given)

    @contextmanager
    def held(self) -> Iterator[dict[str, str]]:
        """Have the servers for the block; yields the variables in which the application finds them."""
        try:
            with locks.shared(self._users):
                self._start()
                yield {**self.given, **{daemon.variable: daemon.url for daemon in self.daemons}}
        finally:
            self._stop_unless_used()

    def revive(self, daemon: Daemon) -> None:
        """Bring one server back on the port it had; for a holder whose server died."""
        with locks.exclusive(self.place.run / "start.lock"):
            daemon.ensure(keep_port=True)

    def stop(self) -> None:
        """Stop the servers; raises LauncherError if a command uses them."""
        with locks.attempt(self._users) as alone:
            if not alone:
                raise LauncherError("Another command still uses the services; end it first.")
            self._stop()

    def stop_when_unused(self) -> None:
        """Wait until nobody holds the servers, then stop them: what the sentinel does."""
        with locks.exclusive(self._users):
            self._stop()

    @property
    def _users(self) -> Path:
        return self.place.run / "users.lock"

    def _start(self) -> None:
        lock = self.place.run / "start.lock"
        with locks.exclusive(lock, waiting="Another command is starting the services; waiting."):
            missing = [daemon for daemon in self.daemons if daemon.process() is None]
            if missing:
                self._post_sentinel()
            for daemon in self.daemons:
                daemon.ensure()

    def _stop_unless_used(self) -> None:
        with locks.attempt(self._users) as alone:
            if alone:
                return self._stop()
        with locks.shared(self._users):
            return None  # Others use them, or the sentinel was faster than we and has stopped them by now.

    def _stop(self) -> None:
        for daemon in self.daemons:
            daemon.stop()

    def _post_sentinel(self) -> None:
        command = [sys.executable, "-m", "deploy.local.sentinel", str(self.place.data)]
        with (self.place.run / "sentinel.log").open("wb") as log:
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=REPOSITORY,
            )
