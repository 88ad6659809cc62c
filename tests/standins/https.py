"""A small HTTPS server on loopback with a certificate of its own, for stand-ins of services that want TLS."""

from __future__ import annotations

import ipaddress
import json
import re
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Request:
    """One request as it arrived; header names in lower case, query values single."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    def json(self) -> Any:
        """The body, None without one. Raises `Problem` when it is no JSON."""
        if not self.raw:
            return None
        if not self.headers.get("content-type", "").startswith("application/json"):
            raise Problem(415, "UnsupportedMediaType", "The content type must be application/json.")
        try:
            return json.loads(self.raw)
        except ValueError:
            raise Problem(400, "BadRequest", "Unable to read JSON request payload.") from None

    def form(self) -> dict[str, str]:
        """The body of a form."""
        return {name: values[0] for name, values in parse_qs(self.raw.decode()).items()}


@dataclass
class Answer:
    """What goes back: JSON, or bytes as they are."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Problem(Exception):
    """A refusal with the service's own code."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class CutError(Exception):
    """The connection ends here without an answer."""


@dataclass
class Fault:
    """Something that goes wrong with the next `times` requests whose "METHOD path" matches.

    `after`: the request has its effect first. `cut`: no answer at all; else `status` with `retry_after`.
    """

    match: str
    times: int = 1
    status: int = 503
    retry_after: str = ""
    after: bool = False
    cut: bool = False


@cache
def certificate() -> tuple[str, str]:
    """Paths of a certificate for 127.0.0.1 that signs itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stand-in")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = Path(tempfile.mkdtemp(prefix="standin-"))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


class HttpsStandIn:
    """A running stand-in: a context manager. Subclasses fill `routes` with (method, pattern) → function."""

    def __init__(self, *, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.lock = threading.RLock()
        self.routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = []
        self.ca_file, key_file = certificate()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.api = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key_file)
        self._server.tls = context

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._server.server_port}"

    def route(self, method: str, pattern: str, function: Callable[..., Answer]) -> None:
        """`{name}` in a pattern is one part of the path."""
        expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        self.routes.append((method, re.compile(expression), function))

    def fault(self, match: str, **options: Any) -> None:
        """Something goes wrong with the coming requests that match."""
        self.faults.append(Fault(match, **options))

    def calls(self, match: str) -> list[Request]:
        """The requests whose "METHOD path" matches."""
        return [one for one in self.requests if re.search(match, f"{one.method} {one.path}")]

    def answer(self, request: Request) -> Answer:
        """With what is to go wrong on the way."""
        fault = self._fault(request)
        if fault is None or fault.after:
            answer = self._route(request)
            if fault is None:
                return answer
        if fault.cut:
            raise CutError
        headers = {"retry_after": fault.retry_after} if fault.retry_after else {}
        raise Problem(fault.status, "Fault", "The test wants this to fail.", **headers)

    def problem(self, problem: Problem) -> Answer:
        """How this service words a refusal."""
        body = {"error": {"code": problem.code, "message": problem.message}}
        return Answer(problem.status, body, problem.headers)

    def _route(self, request: Request) -> Answer:
        for method, pattern, function in self.routes:
            found = pattern.fullmatch(request.path)
            if method == request.method and found:
                with self.lock:
                    parts = {name: unquote(value) for name, value in found.groupdict().items()}
                    return function(request, **parts)
        raise Problem(404, "UnknownPath", f"Resource not found: {request.method} {request.path}")

    def _fault(self, request: Request) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and re.search(fault.match, f"{request.method} {request.path}"):
                    fault.times -= 1
                    return fault
        return None

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, daemon=True, name=type(self).__name__).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Answer until stopped."""
        self._server.serve_forever(poll_interval=0.02)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    api: HttpsStandIn
    tls: ssl.SSLContext

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of many tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else the client's kernel waits 40 ms between the head and the body of every answer.
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be silent."""

    def handle_any(self) -> None:
        """Read, answer, write."""
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query={name: values[0] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            raw=self.rfile.read(length),
        )
        api = self.server.api
        api.requests.append(request)
        try:
            answer = api.answer(request)
        except Problem as problem:
            answer = api.problem(problem)
        except CutError:
            self.close_connection = True
            return
        self._write(answer)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815

    def _write(self, answer: Answer) -> None:
        is_raw = isinstance(answer.body, bytes)
        payload = answer.body if is_raw else b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain" if is_raw else "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


def stamp() -> str:
    """Now, as these services write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch() -> float:
    """Now, in seconds."""
    return time.time()
