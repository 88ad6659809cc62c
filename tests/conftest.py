"""What every test may use: the cast, a clean Redis, and no way out to the internet."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken
from xdist.remote import Producer

from apps.accounts.models import User
from apps.llm.embeddings import Encoder, Vectors
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.fresh_rows import FreshRows
from tests.scheduling import SharedSetUps
from tests.tool_bench import BenchContext

pytest_plugins = ["tests.standins.fixtures"]

_connect = socket.socket.connect


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedSetUps:
    """With `-n`: see `SharedSetUps`."""
    return SharedSetUps(config, log)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_sessionfinish() -> None:
    """As it was, so that libraries end in their own order."""
    gc.unfreeze()


def _only_loopback(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple) and not ipaddress.ip_address(socket.gethostbyname(address[0])).is_loopback:
        raise AssertionError(f"A test tried to reach {address[0]}; tests stay on this machine.")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _no_internet() -> Iterator[None]:
    """A guard on every socket."""
    socket.socket.connect = _only_loopback  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _vectors_once() -> Iterator[None]:
    """Each text is embedded once a process: the house's documents are indexed in many tests. Tests of the
    encoder go past this to `Encoder.embed.__wrapped__`.
    """
    embed, kept = Encoder.embed, dict[str, Vectors]()

    @wraps(embed)
    def remembered(self: Encoder, texts: list[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        kept.update(zip(new, embed(self, new), strict=True))
        return np.array([kept[text] for text in texts]) if len(texts) else embed(self, texts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Encoder, "embed", remembered)
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """The test database, whoever asks for it: pytest-django's own fixture makes it for marked tests only, and
    the others would take the developer's.

    Django truncates every table after a test that commits, and then makes permissions and roles one by one.
    Emptying and refilling what changed gives the same rows in a small part of the time.
    """
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, keepdb=keep, serialized_aliases=set())
        rows = FreshRows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", rows.emptying)
        patch.setattr(flush, "emit_post_migrate_signal", rows.put_back)
        yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> None:
    """Throttles and breakers of one test are not those of the next."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        cache.clear()


@dataclass(frozen=True)
class Cast:
    """Who is in a permission test: the owner of a thing, a colleague with the same role, their manager, an
    outsider of another department, an executive and an administrator.
    """

    owner: User
    colleague: User
    manager: User
    outsider: User
    executive: User
    admin: User


@pytest.fixture
def cast(db: None) -> Cast:
    """The usual people."""
    finance = DepartmentFactory(slug="finance", name="Finance")
    management = DepartmentFactory(slug="management", name="Management")
    return Cast(
        owner=UserFactory(name="Olive Owner", roles=["sales_rep"]),
        colleague=UserFactory(name="Colin Colleague", roles=["sales_rep"]),
        manager=UserFactory(name="Mona Manager", roles=["sales_manager"]),
        outsider=UserFactory(name="Otto Outsider", department=finance, roles=["staff"]),
        executive=UserFactory(name="Eve Executive", department=management, roles=["executive"]),
        admin=UserFactory(name="Ada Admin", department=management, roles=["admin"]),
    )


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """`api(user)` is an API client with that user's access token; `api(None)` is a stranger."""

    def client_for(user: User | None) -> APIClient:
        client = APIClient()
        if user is not None:
            token = RefreshToken.for_user(user).access_token
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return client_for


@pytest.fixture
def browser_client() -> Callable[[User], Client]:
    """`browser_client(user)` is signed in by session."""

    def client_for(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="apps.accounts.backends.RolesBackend")
        return client

    return client_for


@pytest.fixture
def context() -> Callable[[User], BenchContext]:
    """`context(user)`: calling tools for that user outside of a run."""
    return BenchContext
