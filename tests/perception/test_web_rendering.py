"""Pages that scripts make: read in a browser that reaches public machines only, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.artifacts.services import open_bytes
from apps.perception.web.errors import PageError
from apps.perception.web.rendering import browser
from apps.perception.web.rendering.reading import read_rendered
from tests.conftest import Cast
from tests.standins.website import Website
from tests.standins.website_pages import page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not browser.chromium(), reason="no Chromium on this machine: make system"),
]

MADE_BY_SCRIPT = page("<div id='app'></div><script src='/app.js'></script>", title="A shop made by scripts")
SCRIPT = """
const dish = 'Chicken rice costs 5 dollars. ';
document.getElementById('app').innerHTML = '<h1>Lunch menu</h1><p>' + dish.repeat(10) + '</p>';
"""


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def browsers(tmp_path: Path) -> Callable[[], list[int]]:
    """`browsers()` are the processes of browsers and of their starters that this very test has made."""

    def found() -> list[int]:
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _is_ours(entry, tmp_path)]

    return found


def _is_ours(process: Path, folder: Path) -> bool:
    try:
        words = (process / "cmdline").read_bytes()
        state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return False
    is_starter = b"web.rendering.child" in words and int(parent) == os.getpid()
    return state != "Z" and (is_starter or str(folder).encode() in words)


def test_scripts_run_and_the_page_is_read_with_its_picture(
    browsers: Callable[[], list[int]], site: Website, cast: Cast
) -> None:
    site.put("/app.js", SCRIPT, content_type="text/javascript")
    url = site.put("/", MADE_BY_SCRIPT)
    reading = read_rendered(user=cast.owner, url=url, picture=True)
    assert "Chicken rice costs 5 dollars" in reading.page.text
    assert reading.row.is_rendered
    assert reading.row.artifact is not None
    with open_bytes(reading.row.artifact) as picture:
        assert picture.read(8) == b"\x89PNG\r\n\x1a\n"
    assert reading.row.artifact.metadata == {"source_url": url}
    assert browsers() == []


def test_a_page_reaches_no_private_machine(site: Website, cast: Cast) -> None:
    """Every way that a script has: fetch, XHR, images, frames, forms, sockets, workers, redirections."""
    with Website() as secret:
        secret.put("/", "the secret of the house", headers={"Access-Control-Allow-Origin": "*"})
        hosts = [f"{name}:{secret.port}" for name in ("127.0.0.1", "localhost", "[::1]", "2130706433")]
        tries = "".join(
            f"""
            fetch('http://{host}/').then(r => r.text()).then(say).catch(() => 0);
            new Image().src = 'http://{host}/image';
            document.body.append(Object.assign(document.createElement('iframe'), {{src: 'http://{host}/frame'}}));
            try {{ new WebSocket('ws://{host}/socket'); }} catch (error) {{}}
            navigator.sendBeacon('http://{host}/beacon', 'x');
            """
            for host in hosts
        )
        script = f"""
        function say(text) {{ document.body.append(text); }}
        {tries}
        fetch('/leads-to-secret').then(r => r.text()).then(say).catch(() => 0);
        fetch('file:///etc/passwd').then(r => r.text()).then(say).catch(() => 0);
        setTimeout(() => {{ location = 'http://{secret.origin}/moved'; }}, 400);
        """
        site.redirect("/leads-to-secret", secret.url("/"))
        url = site.put("/", page(f"<p>Public words.</p><script>{script}</script>"))
        reading = read_rendered(user=cast.owner, url=url, picture=True)
        assert "Public words." in reading.page.text
        assert "secret of the house" not in reading.page.text
        assert secret.asked == []


def test_it_ends_when_it_is_told_to_and_leaves_no_process(
    browsers: Callable[[], list[int]], site: Website, cast: Cast
) -> None:
    site.put("/slow.js", "while (true) {}", content_type="text/javascript")
    url = site.put("/", page("<script src='/slow.js'></script>"))
    seen: list[int] = []

    class Stopped(Exception):
        pass

    def check() -> None:
        if len(browsers()) > 3:
            seen.extend(browsers())
            raise Stopped

    started = time.monotonic()
    with pytest.raises(Stopped):
        read_rendered(user=cast.owner, url=url, check=check)
    assert time.monotonic() - started < 20
    assert seen
    assert browsers() == []


def test_a_page_that_never_ends_is_given_up(
    browsers: Callable[[], list[int]], site: Website, cast: Cast, settings: Settings
) -> None:
    settings.WEB = {**settings.WEB, "BROWSER_TIMEOUT": 4.0}
    url = site.put("/", page("<p>busy</p><script>while (true) {}</script>"))
    started = time.monotonic()
    with pytest.raises(PageError):
        read_rendered(user=cast.owner, url=url)
    assert time.monotonic() - started < 15
    assert browsers() == []


def test_robots_are_asked_before_a_browser_starts(site: Website, cast: Cast) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    with pytest.raises(PageError, match=r"robots\.txt"):
        read_rendered(user=cast.owner, url=site.put("/", MADE_BY_SCRIPT))


def test_secrets_of_the_house_are_not_given_to_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    given = browser._environment("/tmp/x")
    assert not {"ANTHROPIC_API_KEY", "DATABASE_URL", "REDIS_URL", "SECRET_KEY"} & set(given)
    assert "sk-secret" not in given.values()


def test_without_a_browser_it_says_so(settings: Settings) -> None:
    settings.WEB = {**settings.WEB, "BROWSER": "no-such-browser"}
    assert browser.ready() == browser.MISSING
