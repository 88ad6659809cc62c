"""The process that opens one page in a browser and then ends: `python -m … < job`.

It knows no database and no secrets. When its standard input closes (whoever started it is gone), or its time
is over, it ends at once, and the browser with it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from apps.perception.web.rendering.job import HTML_FILE, PICTURE_FILE, RESULT_FILE, Job, Outcome
from apps.perception.web.rendering.proxy import GuardProxy

ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    "--dns-prefetch-disable",
    # Also what a browser reaches without its proxy by default: loopback, link-local, and calls over UDP.
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=512",
]
BLOCKED = frozenset({"media", "font", "websocket", "eventsource", "manifest", "other", "ping", "texttrack"})
MAX_REQUESTS = 200
WIDTH, HEIGHT, TALLEST = 1280, 900, 4000
SETTLE_SECONDS = 6.0
#: So long after its time the process ends itself; who started it does so before, and with all below it.
GRACE_SECONDS = 5.0
#: From linux/prctl.h.
PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Read the job, open the page, write the outcome."""
    job = Job.model_validate_json(sys.stdin.readline())
    settings.configure(WEB=job.web)
    _inherit_orphans()
    _end_when_alone(job.seconds)
    outcome = _open(job)
    Path(job.folder, RESULT_FILE).write_text(outcome.model_dump_json(), encoding="utf-8")


def _inherit_orphans() -> None:
    """Processes that lose their parent stay below this one, where they are found when it is ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def _end_when_alone(seconds: float) -> None:
    def watch() -> None:
        sys.stdin.read()
        os._exit(3)

    def ring() -> None:
        os._exit(4)

    threading.Thread(target=watch, daemon=True).start()
    alarm = threading.Timer(seconds + GRACE_SECONDS, ring)
    alarm.daemon = True
    alarm.start()


def _open(job: Job) -> Outcome:
    from playwright.sync_api import Error, sync_playwright

    outcome = Outcome()
    with GuardProxy(limit=job.max_bytes) as proxy, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=job.chromium,
                args=ARGUMENTS,
                chromium_sandbox=os.geteuid() != 0,
                proxy={"server": proxy.url, "bypass": "<-loopback>"},
                env={name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
                timeout=15_000,
            )
        except Error as error:
            return Outcome(error=f"start: {str(error).splitlines()[0][:300]}")
        try:
            _Visit(job, outcome, proxy).visit(browser)
        except Error as error:
            outcome.error = str(error).splitlines()[0][:300]
        outcome.refused = proxy.refused[:50]
        browser.close()
    return outcome


class _Visit:
    """One page in a fresh profile."""

    def __init__(self, job: Job, outcome: Outcome, proxy: GuardProxy) -> None:
        self._job = job
        self._outcome = outcome
        self._proxy = proxy
        self._site = urlsplit(job.url).netloc.lower()

    def visit(self, browser) -> None:  # type: ignore[no-untyped-def]
        """Open it, let its scripts settle, and keep its text and, on wish, its picture."""
        from playwright.sync_api import TimeoutError as TooLate

        context = browser.new_context(
            accept_downloads=False,
            service_workers="block",
            user_agent=self._job.user_agent,
            viewport={"width": WIDTH, "height": HEIGHT},
            locale="en-GB",
        )
        context.set_default_timeout(self._job.seconds * 1000 / 2)
        context.route("**/*", self._decide)
        page = context.new_page()
        context.on("page", lambda other: other.close())
        response = page.goto(self._job.url, wait_until="domcontentloaded")
        if response is not None and response.status >= 400:
            self._outcome.error = f"status {response.status}"
            return
        try:
            page.wait_for_load_state("networkidle", timeout=SETTLE_SECONDS * 1000)
        except TooLate:
            self._outcome.requests += 0  # it never falls silent; what is there by now is read
        self._outcome.url = page.url
        html = page.content()[: self._job.max_page]
        folder = Path(self._job.folder)
        (folder / HTML_FILE).write_text(html, encoding="utf-8", errors="replace")
        if self._job.picture:
            tall = min(int(page.evaluate("document.documentElement.scrollHeight") or HEIGHT), TALLEST)
            clip = {"x": 0, "y": 0, "width": WIDTH, "height": max(tall, 1)}
            page.screenshot(path=folder / PICTURE_FILE, full_page=True, clip=clip, animations="disabled")

    def _decide(self, route) -> None:  # type: ignore[no-untyped-def]
        request = route.request
        self._outcome.requests += 1
        if self._is_wanted(request):
            self._proxy.admit(request.url)
            route.continue_()
        else:
            # An aborted navigation leaves the page that is there; other errors would put theirs in its place.
            route.abort("aborted")

    def _is_wanted(self, request) -> bool:  # type: ignore[no-untyped-def]
        """Reading requests for what makes up the page; the page itself stays on its site and its rules."""
        target = urlsplit(request.url)
        if target.scheme not in {"http", "https"} or self._outcome.requests > MAX_REQUESTS:
            return False
        if request.method not in {"GET", "HEAD", "OPTIONS", "POST"} or request.resource_type in BLOCKED:
            return False
        if request.resource_type == "image" and not self._job.picture:
            return False
        if request.is_navigation_request() and request.frame.parent_frame is None:
            return target.netloc.lower() == self._site and self._is_allowed(request.url)
        return True

    def _is_allowed(self, url: str) -> bool:
        from apps.perception.web.robots import Rules

        return not self._job.robots or Rules("text", self._job.robots).allow_text(url)


if __name__ == "__main__":
    main()
