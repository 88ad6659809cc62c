"""Getting pages: what is refused, how redirections are followed, where limits lie."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from ipaddress import ip_address

import pytest
from pytest_django.fixtures import Settings

from apps.perception.web import addresses, network
from apps.perception.web.addresses import is_public, parse
from apps.perception.web.errors import PageError
from apps.perception.web.fetching import fetch, retry_after
from tests.standins.website import Website, drip, gzip_bomb
from tests.standins.website_pages import page

pytestmark = pytest.mark.django_db

PAGE = page("<p>Hello</p>")


def code_of(url: str) -> str:
    with pytest.raises(PageError) as caught:
        fetch(url)
    assert caught.value.detail.endswith(".")
    return caught.value.code


@pytest.mark.parametrize(
    "url",
    ["ftp://abc.example/x", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,hi", "//abc.example",
     "http://", "https:///x", "http://user:secret@abc.example/", "http://user@abc.example/", "", "abc",
     "http://a b.example/", "http://abc.example\\@127.0.0.1/", "http://abc.example/\r\nX: y", "gopher://abc.example",
     "http://abc.example:22/", "http://abc.example:6379/", "http://abc.example:99999/", "http://[::1/", "http://abc.example:x/",
     "http://" + "a" * 2100 + ".example/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert code_of(url) == "bad_address"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1.2.3", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fec0::1]",
     "[ff02::1]",
     "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
     "[2002:7f00:1::]",
     "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[2001:db8::1]", "localhost", "LOCALHOST", "localhost.",
     "abc.localhost",
     "printer.local", "db.internal", "intranet", "metadata.google.internal"],
)  # fmt: skip
def test_private_machines_are_never_asked(host: str) -> None:
    assert code_of(f"http://{host}/") == "private_address"


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
     "0x7f.0x0.0x0.0x1", "1.2.3.4.5", "127.0.0.0x1", "0"],
)  # fmt: skip
def test_numbers_in_disguise_are_refused_even_when_the_address_is_allowed(
    host: str, settings: Settings
) -> None:
    settings.WEB = {**settings.WEB, "ALLOWED_PRIVATE": ["127.0.0.1:80"]}
    assert code_of(f"http://{host}/") == "bad_address"


def test_letters_of_other_scripts_do_not_hide_a_number() -> None:
    # Full-width digits and a full-width dot become 127.0.0.1 when a name is prepared for the look-up.
    assert code_of("http://１２７．０．０．１/") in {"bad_address", "private_address"}


@pytest.mark.parametrize(
    ("address", "expected"),
    [("8.8.8.8", True), ("93.184.216.34", True), ("2606:4700::1111", True), ("100.63.255.255", True),
     ("100.128.0.1", True), ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True), ("2002:808:808::1", True),
     ("100.127.255.255", False), ("172.31.255.255", False), ("172.32.0.1", True), ("198.18.0.1", False),
     ("192.0.2.1", False), ("240.0.0.1", False), ("239.255.255.255", False), ("64:ff9b::a00:1", False),
     ("64:ff9b:1::1", False), ("2002:a00:1::", False), ("::ffff:10.0.0.1", False), ("4000::1", False)],
)  # fmt: skip
def test_only_addresses_of_the_internet_are_public(address: str, expected: bool) -> None:
    assert is_public(ip_address(address)) is expected


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "resolve", lambda *_, **__: ["93.184.216.34", "10.0.0.1"])
    assert code_of("http://abc.example/") == "private_address"


def test_a_name_that_changes_its_address_is_looked_up_once(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/robots.txt", "User-agent: *\nAllow: /", content_type="text/plain")
    site.put("/", PAGE)
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["169.254.169.254"]])
    asked: list[str] = []

    def rebinding(host: str, *_: object, **__: object) -> list[str]:
        asked.append(host)
        return next(answers)

    monkeypatch.setattr(addresses, "resolve", rebinding)
    connected: list[str] = []
    original = network.httpcore.SyncBackend.connect_tcp

    def connect(self: object, host: str, *args: object, **kwargs: object) -> object:
        connected.append(host)
        return original(self, host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(network.httpcore.SyncBackend, "connect_tcp", connect)
    assert fetch(f"http://rebinding.example:{site.port}/").status == 200
    assert len(asked) == len(connected) == 2
    assert set(connected) == {"127.0.0.1"}
    assert site.asked[-1].headers["host"] == f"rebinding.example:{site.port}"
    assert code_of(f"http://rebinding.example:{site.port}/") == "private_address"


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:1/", "http://localhost/", "http://[::1]/",
     "file:///etc/passwd", "javascript:alert(1)", "http://0x7f000001/", "http://admin:pw@abc.example/",
     "//10.0.0.1/x"],
)  # fmt: skip
@pytest.mark.parametrize("way", ["header", "refresh"])
def test_each_redirection_is_checked_like_the_first_address(site: Website, target: str, way: str) -> None:
    if way == "header":
        url = site.redirect("/go", target)
    else:
        url = site.put("/go", page("", head=f"<meta http-equiv='refresh' content='0; url={target}'>"))
    assert code_of(url) in {"private_address", "bad_address"}
    assert site.paths() == ["/go"]


def test_redirections_are_followed_and_remembered(site: Website) -> None:
    site.put("/end", PAGE)
    site.redirect("/b", "/end", 308)
    found = fetch(site.redirect("/a", site.url("/b"), 301))
    assert found.url == site.url("/end")
    assert found.hops == (site.url("/a"), site.url("/b"))


def test_a_page_that_moves_on_at_once_is_followed(site: Website) -> None:
    site.put("/end", PAGE)
    url = site.put("/old", page("moved", head='<META HTTP-EQUIV="Refresh" CONTENT="0;URL=/end">'))
    assert fetch(url).url == site.url("/end")


def test_endless_redirections_end(site: Website) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    assert code_of(site.url("/a")) == "too_many_hops"
    assert len(site.paths()) == 6


def test_a_packed_bomb_is_not_unpacked(site: Website) -> None:
    bomb = gzip_bomb()
    site.put("/", bomb, headers={"Content-Encoding": "gzip"})
    started = time.monotonic()
    assert code_of(site.url()) == "too_large"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "nonsense"])
def test_packings_that_we_did_not_ask_for_are_refused(site: Website, encoding: str) -> None:
    assert code_of(site.put("/", b"abc", headers={"Content-Encoding": encoding})) == "garbled"
    assert site.asked[-1].headers["accept-encoding"] == "gzip, deflate"


def test_packed_pages_are_read(site: Website) -> None:
    for encoding, packed in (
        ("gzip", gzip.compress(PAGE.encode())),
        ("deflate", zlib.compress(PAGE.encode())),
        ("deflate", zlib.compress(PAGE.encode())[2:-4]),
    ):
        site.put("/", packed, headers={"Content-Encoding": encoding})
        assert fetch(site.url()).body == PAGE.encode()
    assert code_of(site.put("/", b"no gzip", headers={"Content-Encoding": "gzip"})) == "garbled"


def test_large_pages_are_refused_before_and_while_they_come(site: Website, settings: Settings) -> None:
    settings.WEB = {**settings.WEB, "MAX_PAGE": 50_000}
    assert code_of(site.put("/known", b"x" * 60_000)) == "too_large"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    site.pages["/endless"] = drip(site, head, b"x" * 20_000, pause=0.001)
    assert code_of(site.url("/endless")) == "too_large"


def test_a_slow_site_does_not_hold_us(site: Website, settings: Settings) -> None:
    settings.WEB = {**settings.WEB, "TIMEOUT": 0.6}
    site.pages["/slow-body"] = drip(site, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x")
    site.pages["/slow-head"] = drip(site, b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")
    for path in ("/slow-body", "/slow-head"):
        started = time.monotonic()
        assert code_of(site.url(path)) == "timeout"
        assert time.monotonic() - started < 3


def test_huge_headers_are_refused(site: Website) -> None:
    site.put("/", PAGE, headers={"X-Huge": "x" * 300_000})
    assert code_of(site.url()) == "garbled"
    site.pages["/"] = drip(site, b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"y" * 10_000 + b"\r\n", pause=0.001)
    assert code_of(site.url()) == "garbled"


def test_what_is_no_http_is_refused(site: Website) -> None:
    site.pages["/"] = drip(site, b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n", pause=0.01)
    assert code_of(site.url()) in {"garbled", "unreachable", "robots_unknown"}


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "application/x-msdownload", "application/json"])
def test_what_is_neither_page_nor_document_is_not_downloaded(site: Website, kind: str) -> None:
    assert code_of(site.put("/", b"\x89PNG" * 100, content_type=kind)) == "wrong_type"


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "paste"), (403, "paste"), (404, "no such page"), (410, "no such page"), (500, "later")],
)
def test_refusals_say_what_to_do(site: Website, status: int, words: str) -> None:
    with pytest.raises(PageError, match=words) as caught:
        fetch(site.put("/", "no", status=status))
    assert caught.value.code == f"http_{status}"


def test_cookies_are_neither_kept_nor_sent(site: Website) -> None:
    site.put("/end", PAGE)
    site.put("/start", status=302, headers={"Location": "/end", "Set-Cookie": "id=7; Path=/"})
    fetch(site.url("/start"))
    fetch(site.url("/end"))
    assert all("cookie" not in asked.headers for asked in site.asked)


def test_we_say_who_we_are(site: Website) -> None:
    fetch(site.put("/", PAGE))
    assert all(asked.headers["user-agent"].startswith("MezzofyBot/") for asked in site.asked)


def test_proxies_of_the_environment_are_not_used(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(site.put("/", PAGE)).status == 200


def test_nobody_answering_is_said_kindly(site: Website, settings: Settings) -> None:
    settings.WEB = {**settings.WEB, "ALLOWED_PRIVATE": ["127.0.0.1:9999"]}
    assert code_of("http://127.0.0.1:9999/") in {"unreachable", "robots_unknown"}


def test_whoever_waits_can_be_stopped(site: Website) -> None:
    site.pages["/"] = drip(site, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x")
    stop = threading.Event()
    threading.Timer(0.4, stop.set).start()

    def check() -> None:
        if stop.is_set():
            raise KeyError("stop")

    started = time.monotonic()
    with pytest.raises(KeyError):
        fetch(site.url(), check=check)
    assert time.monotonic() - started < 3


def test_fragments_are_not_sent() -> None:
    assert str(parse("HTTPS://ABC.Example/a?b=c#secret")) == "https://abc.example/a?b=c"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("", 30), ("soon", 30), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("9" * 9, 999999)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float) -> None:
    assert retry_after(value) == seconds
