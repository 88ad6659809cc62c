from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.local.console import LauncherError
from deploy.local.daemons import Daemon
from deploy.local.place import REPOSITORY, Place
from deploy.local.ports import LOOPBACK
from deploy.local.services import Services
from tests.deploy.waiting import eventually

HOLDER = """
import signal, sys
from pathlib import Path
from deploy.local.place import Place
from deploy.local.services import Services
with Services.of(Place.at(Path(sys.argv[1])), {}, durable=False).held():
    print("held", flush=True)
    signal.pause()
"""


@pytest.fixture
def variables(services: Services) -> Iterator[dict[str, str]]:
    with services.held() as found:
        yield found


def running(services: Services) -> list[str]:
    return [daemon.name for daemon in services.daemons if daemon.process()]


def daemon(services: Services, name: str) -> Daemon:
    return next(each for each in services.daemons if each.name == name)


def kill(server: Daemon) -> None:
    process = server.process()
    assert process
    os.kill(process.pid, signal.SIGKILL)
    assert eventually(lambda: not process.is_alive())


def query(url: str, text: str) -> tuple[object, ...]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(text)
        return (cursor.fetchone() or ()) if cursor.description else ()


def test_the_application_is_an_ordinary_role(variables: dict[str, str]) -> None:
    rights = (
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    assert query(variables["DATABASE_URL"], rights) == (False, False, False, True)
    owner = "SELECT pg_get_userbyid(datdba), datlocale FROM pg_database WHERE datname = current_database()"
    assert query(variables["DATABASE_URL"], owner) == ("mezzofy", "C.UTF-8")


def test_new_databases_have_vectors(variables: dict[str, str]) -> None:
    url = variables["DATABASE_URL"]
    query(url, "CREATE DATABASE fresh")
    try:
        assert query(f"{url.removesuffix('mezzofy')}fresh", "SELECT '[3,4]'::vector <-> '[0,0]'") == (5.0,)
    finally:
        query(url, "DROP DATABASE fresh")


def test_nobody_enters_without_the_password(variables: dict[str, str]) -> None:
    name, secret = variables["DATABASE_URL"].split("@")[0].rpartition(":")[::2]
    assert name == "postgres://mezzofy"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(variables["DATABASE_URL"].replace(secret, "wrong"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url("redis://" + variables["REDIS_URL"].split("@")[1]).ping()


def test_no_secret_can_be_read_by_others(variables: dict[str, str], place: Place) -> None:
    secrets = [variables[name].split("@")[0].rpartition(":")[2] for name in ("DATABASE_URL", "REDIS_URL")]
    secrets.append(variables["SECRET_KEY"])
    files = [path for path in place.data.rglob("*") if path.is_file() and path.stat().st_size < 10_000]
    telling = [
        path for path in files if any(secret in path.read_text(errors="replace") for secret in secrets)
    ]
    assert {path.name for path in telling} == {"credentials.json", "redis.conf"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in telling)


def test_a_killed_server_comes_back_where_it_was(services: Services, variables: dict[str, str]) -> None:
    query(variables["DATABASE_URL"], "CREATE TABLE kept (answer) AS VALUES (42)")
    for server in services.daemons:
        kill(server)
        services.revive(server)
    assert query(variables["DATABASE_URL"], "SELECT answer FROM kept") == (42,)
    with redis.Redis.from_url(variables["REDIS_URL"]) as client:
        assert client.ping()


def test_a_server_does_not_move_while_its_port_is_taken(
    services: Services, variables: dict[str, str]
) -> None:
    server = daemon(services, "redis")
    kill(server)
    with (
        socket.create_server((LOOPBACK, server.port)),
        pytest.raises(LauncherError, match="taken by another program"),
    ):
        services.revive(server)
    services.revive(server)
    with redis.Redis.from_url(variables["REDIS_URL"]) as client:
        assert client.ping()


def test_the_last_user_stops_the_servers(services: Services, place: Place) -> None:
    with services.held() as first:
        with Services.of(place, {}).held() as second:
            assert second == first
        assert running(services) == ["postgres", "redis"]
        with pytest.raises(LauncherError, match="still uses"):
            services.stop()
    assert running(services) == []


def test_a_user_that_fails_stops_the_servers_too(services: Services) -> None:
    with pytest.raises(RuntimeError), services.held():
        raise RuntimeError
    assert running(services) == []


def test_a_killed_user_leaves_no_server_behind(services: Services, place: Place) -> None:
    command = [sys.executable, "-c", HOLDER, str(place.data)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        assert running(services) == ["postgres", "redis"]
        holder.kill()
    assert eventually(lambda: running(services) == [])


def test_a_process_id_that_now_is_another_programs_does_not_hinder(services: Services, place: Place) -> None:
    with services.held():
        pass
    (place.data / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{place.data}\n")
    (place.data / "redis" / "redis.pid").write_text(str(os.getpid()))
    assert running(services) == []
    with services.held() as variables:
        assert query(variables["DATABASE_URL"], "SELECT 1") == (1,)
        assert running(services) == ["postgres", "redis"]


def test_an_interrupted_creation_begins_anew(services: Services, place: Place) -> None:
    with services.held() as variables:
        query(variables["DATABASE_URL"], "CREATE TABLE half_done ()")
    cluster = place.data / "postgres" / "data"
    cluster.rename(cluster.with_name("data.new"))  # what a kill in the middle leaves
    with services.held() as variables:
        assert query(variables["DATABASE_URL"], "SELECT to_regclass('half_done')") == (None,)
    assert not cluster.with_name("data.new").exists()


def test_a_journal_that_redis_refuses_is_set_aside(place: Place) -> None:
    durable = Services.of(place, {})
    journal = place.data / "redis" / "appendonly.aof"
    journal.parent.mkdir(exist_ok=True)
    journal.write_bytes(b"this is not a journal\r\n" * 20)
    with durable.held() as variables, redis.Redis.from_url(variables["REDIS_URL"]) as client:
        assert client.ping()
    assert journal.with_name("appendonly.aof.refused").exists()


def test_given_addresses_replace_ours(tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": "postgres://db.example/x",
        "REDIS_URL": "redis://redis.example",
        "SECRET_KEY": "given",
    }
    theirs = Services.of(Place.at(tmp_path), given)
    with theirs.held() as variables:
        assert {name: variables[name] for name in given} == given
        assert variables["MEZZOFY_DATA_DIR"] == str(tmp_path)
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "redis").exists()
