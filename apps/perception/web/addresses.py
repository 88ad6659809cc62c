"""Which addresses may be opened: web addresses of public machines, and nothing else."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import httpx
from django.conf import settings

from apps.perception.web.errors import PageError, bad_address, private_address, timed_out, unreachable

MAX_LENGTH = 2000
#: Names that never leave the house, whatever a name server says.
_INSIDE = re.compile(
    r"(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa|onion)$"
)
#: What `inet_aton` takes for an IPv4 address besides four decimal numbers: 0x7f.1, 017700000001, 2130706433.
_NUMERIC = re.compile(r"^(0x[0-9a-f]*|\d+)$")
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\\]")
_NOT_PUBLIC = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
#: Only these carry public IPv6 addresses; tunnels and documentation inside of them are taken out below.
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC_V6 = [IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16")]
#: Services that would take the lines of an HTTP request for commands.
_BAD_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 9200, 10080, 11211, 27017}
    | set(range(6665, 6670))
)
_resolvers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")

IP = IPv4Address | IPv6Address


def parse(address: str) -> httpx.URL:
    """The address in the form in which it is requested, without its fragment. Raises `PageError`.

    What is checked here is the very object that is requested later: there is no second reader of the text
    that could understand it otherwise.
    """
    text = address.strip()
    if not text or len(text) > MAX_LENGTH:
        raise bad_address("it is empty." if not text else "it is too long.")
    if _CONTROLS.search(text):
        raise bad_address("it has characters that do not belong into an address.")
    try:
        url = httpx.URL(text)
        port = url.port
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise bad_address("it is not written correctly.") from error
    if url.scheme not in {"http", "https"}:
        raise bad_address("it must begin with http:// or https://.")
    if url.userinfo:
        raise bad_address("it holds a user name or a password, and I never send those.")
    _check_host(url.host, port or (443 if url.scheme == "https" else 80))
    if port is not None and port not in {80, 443} and (not 1024 <= port <= 65535 or port in _BAD_PORTS):
        raise bad_address(f"no web site answers at port {port}.")
    return url.copy_with(fragment=None)


def join(base: httpx.URL, target: str) -> httpx.URL:
    """Where a link or a redirection of the page at `base` leads. Raises `PageError`."""
    try:
        joined = base.join(_CONTROLS.sub("", target.strip()))
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise bad_address("it is not written correctly.") from error
    return parse(str(joined))


def checked_addresses(host: str, port: int, *, timeout: float) -> list[str]:
    """The IP addresses of a host, all of which are public; looked up once, and these are connected to.

    Raises `PageError` when one of them is not: a name that has both kinds wants to lead somebody astray.
    """
    found = resolve(host, port, timeout=timeout)
    for address in found:
        if not _may_reach(ip_address(address), port):
            raise private_address(host)
    return found


def resolve(host: str, port: int, *, timeout: float) -> list[str]:
    """The IP addresses of a host, each once, in the system's order of preference."""
    lookup = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        answers = lookup.result(timeout=timeout)
    except FutureTimeout as error:
        raise timed_out(host) from error
    except (OSError, UnicodeError) as error:
        raise unreachable(host) from error
    return list(dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers))


def is_public(address: IP) -> bool:
    """Whether everybody on the internet reaches the same machine at this address.

    An IPv6 address that carries an IPv4 address is only as public as that one.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC)
    inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_V6 and not any(address in network for network in _NOT_PUBLIC_V6)


def _may_reach(address: IP, port: int) -> bool:
    return is_public(address) or f"{address}:{port}" in settings.WEB["ALLOWED_PRIVATE"]


def _nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _check_host(host: str, port: int) -> None:
    name = host.lower().rstrip(".")
    if not name:
        raise bad_address("it names no site.")
    literal = _literal(name)
    if literal is not None:
        if not _may_reach(literal, port):
            raise private_address(host)
        return
    if _NUMERIC.match(name.rpartition(".")[2]):
        raise bad_address("its host is a number in disguise.")
    if "." not in name or _INSIDE.search(name):
        raise private_address(host)


def _literal(name: str) -> IP | None:
    try:
        return ip_address(name.strip("[]"))
    except ValueError:
        return None


def is_web_address(address: str) -> bool:
    """Whether `address` may stand behind a link that people click."""
    try:
        parse(address)
    except PageError:
        return False
    return True
