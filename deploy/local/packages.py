"""What must come from the operating system: installed where permitted, else one line on what is off."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deploy.local.console import say

_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_RETRY_AFTER = 24 * 3600
# apt's own limits: killing it half way would leave the system's package database interrupted.
_APT_OPTIONS = (
    "DPkg::Lock::Timeout=60",
    "Acquire::Retries=1",
    "Acquire::http::Timeout=15",
    "Acquire::https::Timeout=15",
)


@dataclass(frozen=True)
class Feature:
    """Something the platform can do only with these system packages (Debian names)."""

    title: str
    packages: tuple[str, ...]
    is_present: Callable[[], bool]


def _has_libraries(*names: str) -> bool:
    return all(ctypes.util.find_library(name) for name in names)


def _has_chinese_font() -> bool:
    patterns = ("**/Noto*CJK*", "**/wqy-*", "**/NotoSans*SC*")
    return any(next(folder.glob(pattern), None) for folder in _FONT_FOLDERS for pattern in patterns)


def _has_arial_metrics() -> bool:
    """Liberation Sans has the widths of Arial, the font of our presentations."""
    patterns = ("**/LiberationSans-Regular*", "**/[Aa]rial.ttf")
    return any(next(folder.glob(pattern), None) for folder in _FONT_FOLDERS for pattern in patterns)


def _reads(*languages: str) -> bool:
    if not shutil.which("tesseract"):
        return False
    question = ["tesseract", "--list-langs"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False, timeout=20)
    return set(languages) <= set((answer.stdout + answer.stderr).split())


RUNNING = (
    Feature(
        "PDF files",
        ("libpango-1.0-0", "libpangoft2-1.0-0"),
        lambda: _has_libraries("pango-1.0", "pangoft2-1.0"),
    ),
    Feature("Chinese text in PDF files and charts", ("fonts-noto-cjk",), _has_chinese_font),
    Feature("Presentation previews in the right letters", ("fonts-liberation2",), _has_arial_metrics),
    Feature(
        "Text recognition in images and scans",
        ("tesseract-ocr", "tesseract-ocr-chi-sim", "tesseract-ocr-msa"),
        lambda: _reads("eng", "chi_sim", "msa"),
    ),
)
TESTING = (*RUNNING, Feature("Browser tests", ("chromium",), lambda: any(map(shutil.which, _BROWSERS))))


def provide(features: tuple[Feature, ...], memory: Path, *, insist: bool = False) -> None:
    """Install what the features lack, if we may; say in one line each what stays off. Never fails.

    After a failed attempt, noted in the file `memory`, the next one waits a day, so that starts stay fast;
    `insist` tries at once.
    """
    missing = [feature for feature in features if not feature.is_present()]
    if missing and (insist or not _failed_lately(memory)):
        wanted = [package for feature in missing for package in feature.packages]
        if install(wanted):
            memory.unlink(missing_ok=True)
            missing = [feature for feature in missing if not feature.is_present()]
        else:
            memory.touch()
    for feature in missing:
        say(f"{feature.title}: off. To turn on: {_command(feature.packages)}")


def install(packages: list[str]) -> bool:
    """Install Debian packages without asking anything; returns whether it worked."""
    prefix = _authority()
    if prefix is None:
        return False
    say(f"Installing system packages: {' '.join(packages)} …")
    options = [word for option in _APT_OPTIONS for word in ("-o", option)]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *options]
    wanted = [*apt, "install", "-y", "--no-install-recommends", *packages]
    # The package lists may be missing or old: then fetch them and try once more.
    return _succeeds(wanted) or (_succeeds([*apt, "update"]) and _succeeds(wanted))


@cache
def _authority() -> tuple[str, ...] | None:
    """What to put before a command to run it as root; None where we may not or there is no apt."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ()
    return ("sudo", "-n") if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]) else None


def _succeeds(command: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        return subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, check=False).returncode == 0
    except OSError:
        return False


def _failed_lately(memory: Path) -> bool:
    return memory.exists() and time.time() - memory.stat().st_mtime < _RETRY_AFTER


def _command(packages: tuple[str, ...]) -> str:
    names = " ".join(packages)
    if shutil.which("apt-get"):
        return f"sudo apt-get install -y {names}"
    return f"install what Debian calls {names}"
