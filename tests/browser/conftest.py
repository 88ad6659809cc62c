"""The whole platform in real processes, with demo data, and a real browser in front of it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from psycopg import sql
from pytest_django import DjangoDbBlocker

from tests.browser.login_page import enter
from tests.browser.pages import ChatPage
from tests.processes import WORKER, Process, environment, until
from tests.standins.graph_api import GraphApi

NAMES = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FILL = """
import json, os
import django
from django.core.management import call_command
django.setup()
call_command("seed_demo")
call_command("index_knowledge")
from apps.accounts.models import User
from apps.integrations.models import Connection
from apps.integrations.services.connections import save_connection
given = json.loads(os.environ["TEST_CONNECTION"])
given |= {"provider": "microsoft", "name": "Office", "is_active": True}
actor = User.objects.get(email="admin@demo.mezzofy.com")
save_connection(actor=actor, connection=Connection(), **given)
"""
#: The mailbox that mails of the demo's people leave from.
MAILBOX = "sales@mezzofy.test"
RESULTS = Path(settings.BASE_DIR) / "test-results"


@pytest.fixture(scope="package")
def browser(database: str) -> Iterator[Browser]:
    """The system's Chromium, for these tests only: its event loop runs in the thread of all tests, and others
    run their own. Django's connections of this thread are out of reach beside it, hence `database` before it.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: make system")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the empty test database: the processes fill it, tests of other kinds never see it."""
    with django_db_blocker.unblock():
        source = str(connection.settings_dict["NAME"])
        connection.close_pool()
        connection.close()
        login = connection.settings_dict
    name = f"{source}_browser"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
    account = {"user": login["USER"], "password": login["PASSWORD"], "dbname": "postgres"}
    with psycopg.connect(host=login["HOST"], port=login["PORT"], autocommit=True, **account) as server:
        server.execute(drop)
        server.execute(create)
        yield name
        server.execute(drop)


@pytest.fixture(scope="session")
def graph() -> Iterator[GraphApi]:
    """Microsoft 365, as the running platform sees it."""
    with GraphApi() as api:
        api.add_mailbox(MAILBOX)
        yield api


@pytest.fixture(scope="session")
def site(database: str, graph: GraphApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a running platform with demo data, connected to the stand-in of Microsoft 365."""
    folder = tmp_path_factory.mktemp("site")
    # A Redis database of its own: its worker must not take up what other tests of this process ring for.
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    env = environment(
        database, PYTEST_XDIST_WORKER=f"gw{number + 7}", MS_GRAPH_URL=graph.graph_url,
        MS_GRAPH_AUTHORITY=graph.url, INTEGRATIONS_CA_FILE=str(graph.ca_file),
    )  # fmt: skip
    fill = {**env, "TEST_CONNECTION": json.dumps(_connection(graph))}
    subprocess.run([sys.executable, "-c", FILL], cwd=settings.BASE_DIR, env=fill, check=True)
    port = _free_port()
    server = ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "mezzofy.asgi:application"]
    processes = [
        Process(server, env=env, log=folder / "daphne.log"),
        Process(WORKER, env=env, log=folder / "worker.log"),
    ]
    try:
        until(lambda: _is_healthy(port), f"the platform to be ready, see {folder}")
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in processes:
            process.kill()


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh browser profile; a failed test leaves a picture in test-results/."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    yield opened
    if request.session.testsfailed:
        RESULTS.mkdir(exist_ok=True)
        for number, page in enumerate(opened.pages):
            page.screenshot(path=RESULTS / f"{request.node.name}-{number}.png")
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab in which every error of the page's own scripts fails the test."""
    tab = context.new_page()
    tab.on("pageerror", lambda error: pytest.fail(f"script error in the page: {error}"))
    return tab


@pytest.fixture
def visit(page: Page, site: str) -> Callable[[str, str], Page]:
    """`visit("sales.rep", "/admin/")` is that page, opened by that demo user."""

    def visited(name: str, path: str) -> Page:
        enter(page, site, name, path)
        return page

    return visited


@pytest.fixture
def sign_in(page: Page, site: str) -> Callable[[str], ChatPage]:
    """`sign_in("sales.rep")` is the chat of that demo user."""

    def signed_in(name: str) -> ChatPage:
        enter(page, site, name, "/")
        return ChatPage(page, site).ready()

    return signed_in


def _connection(graph: GraphApi) -> dict[str, dict[str, str]]:
    who = graph.identity
    return {
        "settings": {"tenant_id": who.tenant, "client_id": who.client_id, "mailbox": MAILBOX},
        "secrets": {"client_secret": who.client_secret},
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_healthy(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=3) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
